import { assertEquals } from "@std/assert";
import { leftOut } from "../support/left_out.ts";
import { millraceCommand } from "../support/millrace.ts";
import { PATIENCE_MS } from "../support/waits.ts";

// Shells complete by the scripts that `millrace completions` prints. What stands in the words of a
// command line is never run, and where nothing of millrace fits, files are offered.

/** A folder with `millrace`, and a file that words may name. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "millrace-shell-" });
  try {
    const program = `#!/bin/sh\nexec ${millraceCommand([])} "$@"\n`;
    await Deno.writeTextFile(`${folder}/millrace`, program, { mode: 0o755 });
    await Deno.writeTextFile(`${folder}/moby.txt`, "");
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a shell prints; undefined where there is no such shell. */
async function printed(folder: string, ...[shell, ...args]: string[]): Promise<string | undefined> {
  const env = {
    PATH: `${folder}:${Deno.env.get("PATH")}`,
    NO_COLOR: "1",
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
  };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const command = new Deno.Command(shell, { args, env, cwd: folder, signal });
    const { stdout, stderr } = await command.output();
    assertEquals(new TextDecoder().decode(stderr), "");
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    leftOut(`completions of ${shell}`, `there is no ${shell}`);
  }
}

async function assertNothingRan(folder: string): Promise<void> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  assertEquals(names.includes("run"), false);
}

Deno.test("bash completes by the script, and runs nothing that stands in a word", async () => {
  await inFolder(async (folder) => {
    const script = `source <(millrace completions bash)
      complete -p millrace
      offer() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _millrace; echo "\${COMPREPLY[@]}"; }
      offer millrace jo
      offer millrace count --format = c
      offer millrace count --format =
      offer millrace '$(touch ${folder}/run)' mob`;
    const out = await printed(folder, "bash", "--norc", "-c", script);
    if (out === undefined) return;
    assertEquals(out.split("\n"), [
      "complete -o default -F _millrace millrace",
      "jobs",
      "csv",
      "json ndjson csv tsv arrow table uniq",
      "",
      "",
    ]);
    await assertNothingRan(folder);
  });
});

/** What is typed, and what becomes of it with a tab. */
const TYPED: [begun: string, completed: string][] = [
  ["millrace jo", "millrace jobs"],
  ["millrace count --format=cs", "millrace count --format=csv"],
  ["millrace -t unico", "millrace -t unicode"],
  ["millrace mob", "millrace moby.txt"],
  ["millrace 'a b' --min-l", "millrace a b --min-length"],
  ["millrace '$(touch run)' mob", "millrace $(touch run) moby.txt"],
];

Deno.test("fish completes by the script, and runs nothing that stands in a word", async () => {
  await inFolder(async (folder) => {
    const script = [
      "millrace completions fish | source",
      ...TYPED.map(([begun]) => `complete -C "${begun.replaceAll("$", "\\$")}"; echo ==`),
    ].join("\n");
    const out = await printed(folder, "fish", "-c", script);
    if (out === undefined) return;
    const offered = out.split("==\n").map((text) => text.replaceAll(/\t.*|\n/g, ""));
    const last = TYPED.map(([, completed]) => completed.split(" ").at(-1)!);
    assertEquals(offered, [...last, ""]);
    await assertNothingRan(folder);
  });
});

/**
 * What zsh offers for lines, each of words as they are typed. The functions that the script calls
 * print what they would show: a terminal would make the test wait for what is drawn there.
 */
const OFFER = String.raw`compdef() { : }
_describe() { print -rl -- "${"$"}{completions[@]%%:*}"; (( $#completions )) }
_arguments() { print -r -- files }
source <(millrace completions zsh)
for line in "$@"; do
  words=("${"$"}{(z)line}") CURRENT=$#words
  _millrace
  print '=='
done`;

Deno.test("zsh completes by the script, and runs nothing that stands in a word", async () => {
  await inFolder(async (folder) => {
    const typed = TYPED.map(([begun]) => begun);
    const out = await printed(folder, "zsh", "-f", "-c", OFFER, "offer", ...typed);
    if (out === undefined) return;
    assertEquals(out.split("==\n").map((text) => text.trim()), [
      "jobs",
      "csv",
      "unicode",
      "files",
      "--min-length",
      "files",
      "",
    ]);
    await assertNothingRan(folder);
  });
});
