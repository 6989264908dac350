import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runMillrace } from "../support/millrace.ts";
import { TempFiles } from "../support/temp_files.ts";

Deno.test("what is nearly a command is told what it may have been meant for", async () => {
  const cases: [words: string[], code: number, said: string][] = [
    [["-q", "jobs"], 1, "Commands come first: millrace jobs"],
    [["jobs", "lst"], 2, "The nearest command is 'jobs list'"],
    [["help", "cuont"], 2, "The nearest command is 'count'"],
    [["help", "nope"], 2, "Cannot help with 'nope'"],
  ];
  for (const [words, expected, hint] of cases) {
    const { code, said, out } = await runMillrace(words);
    assertEquals([words, code, out], [words, expected, ""]);
    assertStringIncludes(said, hint);
  }
  for (const words of [["count", "jobs"], ["watsh", "-k", "watsh"]]) {
    assert(!/ommands? (come|is)/.test((await runMillrace(words)).said), words.join(" "));
  }
});

Deno.test("options that cannot do what they say end with 2 and what would do", async () => {
  using files = new TempFiles();
  const path = files.write("text.txt", "a");
  const empty = files.write("key", "\n");
  const server = ["--server", "http://127.0.0.1:9"];
  const cases: [words: string[], said: string][] = [
    [["--option", "a=b"], "there is no --kernel"],
    [["--memory", "1"], "'1' is less than 8MiB, the least"],
    [["--memory", "99TB"], "'99TB' is too large"],
    [["--memory", "17MiB", "--workers", "64"], "Say --memory 512MiB, or --workers 2"],
    [["-o", `${files.path}/counts.gz`], "it would not be compressed"],
    [[...server, "--api-key-file", empty], "the file is empty"],
  ];
  for (const [words, expected] of cases) {
    const { code, said, out } = await runMillrace([path, ...words]);
    assertEquals([words, code, out], [words, 2, ""]);
    assertStringIncludes(said, expected);
  }
});

Deno.test("as many threads as memory is said to hold do start", async () => {
  using files = new TempFiles();
  const path = files.write("text.txt", "a".repeat(300_000)); // no small count, which spills nothing
  const enough = [["8MiB", "1"], ["16MiB", "2"], ["24MiB", "3"], ["512MiB", "64"]];
  for (const [memory, workers] of enough) {
    const words = [path, "-q", "--memory", memory, "--workers", workers];
    assertEquals((await runMillrace(words)).code, 0, words.join(" "));
  }
  const small = files.write("small.txt", "a");
  assertEquals((await runMillrace([small, "-q", "--workers", "64"])).out, "a\t1\n");
});
