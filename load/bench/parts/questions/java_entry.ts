import { runCommand, tryCommand } from "../../../support/commands.ts";
import type { Rows } from "./files.ts";

const REPOSITORY = "https://github.com/gunnarmorling/1brc";
const PACKAGE = "dev.morling.onebrc";
/** The fastest one of the challenge that takes neither Unsafe, foreign memory nor a preview of Java. */
const ENTRY = "CalculateAverage_spullara";

/** Fetches the challenge's repository into a folder; false if it cannot be had. */
export async function installChallenge(folder: string): Promise<boolean> {
  if (await exists(`${folder}/1brc`)) return true;
  const args = ["clone", "--quiet", "--depth", "1", REPOSITORY, `${folder}/1brc`];
  return await tryCommand("git", args) !== undefined;
}

/**
 * Compiles the entry.
 *
 * @returns What runs it, with the file behind; undefined where there is no JDK or no entry.
 */
export async function compileEntry(
  folder: string | undefined,
  classes: string,
): Promise<string[] | undefined> {
  const source = `${folder}/1brc/src/main/java/${PACKAGE.replaceAll(".", "/")}/${ENTRY}.java`;
  if (folder === undefined || !await exists(source)) return undefined;
  if (await tryCommand("javac", ["-version"]) === undefined) return undefined;
  await runCommand("javac", ["-nowarn", "-d", classes, source]);
  return ["java", "-cp", classes, `${PACKAGE}.${ENTRY}`];
}

/** Reads `{Abha=-23.0/18.0/59.2, …}`. */
export function parseEntry(text: string): Rows {
  const rows = text.trim().replace(/^\{|\}$/g, "").split(", ").map((row) => row.split("="));
  return new Map(rows.map(([key, cells]) => [key, cells.split("/")]));
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
