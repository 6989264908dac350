import { assertEquals } from "@std/assert";
import { asFlags } from "../../../src/cli/terminal/explain.ts";
import { systemReason } from "../../../src/cli/terminal/system_reason.ts";

Deno.test("systemReason() gives the words of the system alone", () => {
  const message = "No such file or directory (os error 2): open 'a\n: b.tsv.b821a613.tmp'";
  assertEquals(systemReason(new Error(message)), "No such file or directory");
  assertEquals(systemReason(new Error("Not a directory (os error 20)")), "Not a directory");
  assertEquals(systemReason(new Error("it's: gone")), "it's: gone");
  const error = (() => {
    try {
      Deno.openSync(new URL(import.meta.url).pathname + "/none");
    } catch (error) {
      return error as Error;
    }
  })();
  assertEquals(systemReason(error!), "Not a directory");
});

Deno.test("asFlags() names the options of kernels as the command line does", () => {
  assertEquals(
    asFlags(
      "Cannot use 'option.nope': kernel 'a' has no such option; it has option.by, option.sum",
    ),
    "Cannot use --option 'nope': kernel 'a' has no such option; it has by, sum",
  );
});
