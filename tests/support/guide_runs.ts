import { assertEquals, assertObjectMatch } from "@std/assert";
import type { CodeBlock } from "./guides.ts";
import { millraceCommand } from "./millrace.ts";

/** Programs by which a language's blocks are run; each reads them from its input. */
export const RUNNERS: Readonly<Record<string, string>> = { sh: "sh", python: "python3" };

/** What `millrace` says on stderr when it has counted. */
const SUMMARY = /^[\d,]+ (of|keys?).*; [\d.]+ s, .*B\/s\n/gm;

/** Makes `millrace` a command of a folder's. */
export function installMillrace(folder: string): void {
  Deno.mkdirSync(`${folder}/bin`);
  const deno = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
  const line = `DENO_DIR='${deno}' exec ${millraceCommand([])} "$@"`;
  Deno.writeTextFileSync(`${folder}/bin/millrace`, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

/**
 * What a block prints in a folder.
 *
 * @param origin The server's address, for the one that guides have.
 */
export async function paste(
  { language, text }: CodeBlock,
  origin: string,
  folder: string,
): Promise<string> {
  const process = new Deno.Command(RUNNERS[language], {
    cwd: folder,
    // No setting of the machine reaches the programs.
    env: {
      HOME: folder,
      NO_PROXY: "*",
      no_proxy: "*",
      PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const pasted = text.replaceAll(/(http:\/\/)?localhost:8000/g, origin)
    .replaceAll(" /tmp/", ` ${folder}/`);
  await new Blob([pasted]).stream().pipeTo(process.stdin);
  const { stdout, stderr } = await process.output();
  const errors = new TextDecoder().decode(stderr);
  assertEquals(errors.replace(SUMMARY, ""), "", text);
  return new TextDecoder().decode(stdout);
}

/**
 * Compares what was printed with what a guide shows. JSON is shown shortened: every member that is
 * shown must be in the answer. Data of an event are of the moment: their members' names must be
 * the same. All else must be the same, character for character, but for the CR that ends a line of
 * CSV.
 */
export function compare(printed: string, shown: CodeBlock["output"]): void {
  if (shown?.language === "json") assertObjectMatch(JSON.parse(printed), JSON.parse(shown.text));
  else assertEquals(withoutData(printed.replaceAll("\r\n", "\n")), withoutData(shown?.text ?? ""));
}

function withoutData(text: string): string {
  return text.replaceAll(
    /^data: (.*)$/gm,
    (_, data) => `data: ${Object.keys(JSON.parse(data)).join()}`,
  );
}

/** Which of some programs this machine has not; on Windows the blocks are of another shell. */
export async function findMissing(programs: readonly string[]): Promise<string[]> {
  if (Deno.build.os === "windows") return ["POSIX shell"];
  const found = await Promise.all(programs.map(async (program) => {
    try {
      const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] })
        .output();
      return success;
    } catch {
      return false;
    }
  }));
  return programs.filter((_, i) => !found[i]);
}
