import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COUNT_PARAMETERS } from "../../src/contract/options.ts";
import { JOB_STATES } from "../../src/contract/job_states.ts";
import { runMillrace } from "../support/millrace.ts";

/** What is offered for the last of these words. */
async function offered(...words: string[]): Promise<{ values: string[]; files: boolean }> {
  const { code, out, said } = await runMillrace(["complete", "--", ...words]);
  assertEquals([code, said], [0, ""]);
  const lines = out.trimEnd().split("\n");
  const directive = lines.pop();
  return { values: lines.map((line) => line.split("\t")[0]), files: directive === ":0" };
}

Deno.test("completions offer commands, options and values, and else files", async () => {
  const commands = (await offered("")).values;
  for (const name of ["count", "jobs", "watch", "top", "kernels", "keys", "serve", "doctor"]) {
    assertEquals(commands.filter((each) => each === name), [name], name);
  }
  assertEquals(commands.includes("complete"), false);
  assertEquals((await offered("jobs", "")).values, ["list", "show", "result", "cancel", "rm"]);
  const { values } = COUNT_PARAMETERS.tokenizer;
  for (const words of [["--tokenizer", ""], ["count", "-t", ""], ["count", "--tokenizer="]]) {
    assertEquals(await offered(...words), { values: [...values], files: false });
  }
  assertEquals((await offered("jobs", "list", "--state", "")).values, [...JOB_STATES]);
  assertEquals((await offered("--columns", "per")).values, ["perMillion"]);
  assertEquals((await offered("completions", "")).values, ["zsh", "bash", "fish", "powershell"]);
  assertEquals((await offered("--min-l")).values, ["--min-length"]);
  assertEquals(await offered("mob"), { values: [], files: true });
  assertEquals(await offered("count", "mob"), { values: [], files: true });
});

Deno.test("completions prints a script for each shell, and refuses others", async () => {
  for (const shell of ["zsh", "bash", "fish", "powershell"]) {
    const { code, out } = await runMillrace(["completions", shell]);
    assertEquals(code, 0);
    assertMatch(out, /complete.{1,5}--/);
  }
  const { code, said } = await runMillrace(["completions", "tcsh"]);
  assertEquals(code, 2);
  assertStringIncludes(said, "tcsh");
});
