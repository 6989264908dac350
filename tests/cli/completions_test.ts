import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COUNT_PARAMETERS } from "../../src/contract/options.ts";
import { JOB_STATES } from "../../src/contract/job_states.ts";
import { leftOut } from "../support/left_out.ts";
import { millraceCommand, runMillrace } from "../support/millrace.ts";

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

Deno.test("bash completes by the script, and runs nothing that stands in a word", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/millrace`, `#!/bin/sh\nexec ${millraceCommand([])} "$@"\n`, {
    mode: 0o755,
  });
  const script = `source <(millrace completions bash)
    complete -p millrace
    offer() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _millrace; echo "\${COMPREPLY[@]}"; }
    offer millrace jo
    offer millrace count --format = c
    offer millrace count --format =
    offer millrace '$(touch ${folder}/run)' mob`;
  const env = { PATH: `${folder}:${Deno.env.get("PATH")}`, NO_COLOR: "1" };
  try {
    const { stdout, stderr } = await new Deno.Command("bash", {
      args: ["--norc", "-c", script],
      env,
    }).output();
    const decoder = new TextDecoder();
    assertEquals([decoder.decode(stdout).split("\n"), decoder.decode(stderr)], [[
      "complete -o default -F _millrace millrace",
      "jobs",
      "csv",
      "json ndjson csv tsv arrow table uniq",
      "",
      "",
    ], ""]);
    assertEquals(await Array.fromAsync(Deno.readDir(folder), ({ name }) => name), ["millrace"]);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    leftOut("completions of bash", "there is no bash");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
