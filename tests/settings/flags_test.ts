import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseFlags, UsageError } from "../../src/settings/flags.ts";

const FLAGS = {
  name: { type: "string", short: "n" },
  "max-jobs": { type: "string" },
  loud: { type: "boolean" },
} as const;

Deno.test("parseFlags() reads flags with and without values, and the words beside them", () => {
  const rows = [
    [[], {}, []],
    [["--name", "a", "--loud"], { name: "a", loud: true }, []],
    [["-n", "a", "add", "--max-jobs=2", "b"], { name: "a", "max-jobs": "2" }, ["add", "b"]],
  ] as const;
  for (const [args, flags, words] of rows) {
    const parsed = parseFlags(args, FLAGS, { takesWords: true });
    assertEquals([{ ...parsed.flags }, parsed.words], [flags, [...words]]);
  }
});

Deno.test("parseFlags() throws a UsageError that says what is wrong", () => {
  const rows = [
    [["--nme", "a"], "there is no option --nme; the nearest is --name"],
    [["--max-job"], "the nearest is --max-jobs"],
    [["--name"], "--name"],
    [["--loud=yes"], "--loud"],
    [["word"], "'word' belongs to no option"],
    [["--loud", "true"], "'true' belongs to no option; these take no value: --loud"],
  ] as const;
  for (const [args, says] of rows) {
    const error = assertThrows(
      () => parseFlags(args, FLAGS),
      UsageError,
      "Cannot read the command line: ",
    );
    assertStringIncludes(error.message, says);
  }
});
