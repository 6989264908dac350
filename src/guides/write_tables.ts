/**
 * Writes the tables of the guides, and the client's errors, anew, from the tables in code.
 *
 *     deno task docs
 */
import { createErrorClasses } from "./error_classes.ts";
import { GUIDE_TABLES } from "./guide_tables.ts";
import { type MarkdownTable, replaceTables } from "./markdown_table.ts";

const ROOT = new URL("../../", import.meta.url);

const ERRORS = new URL("src/client/problem_errors.ts", ROOT);

/**
 * A guide as it stands, and as it stands with its tables made anew.
 *
 * @param path From the root of the repository.
 */
export async function renewGuide(path: string): Promise<{ written: string; renewed: string }> {
  const written = await Deno.readTextFile(new URL(path, ROOT));
  const tables: Record<string, MarkdownTable> = {};
  for (const [name, create] of Object.entries(GUIDE_TABLES[path])) tables[name] = await create();
  return { written, renewed: replaceTables(written, tables) };
}

/** The classes of errors as they stand, and as they stand made anew. */
export async function renewErrors(): Promise<{ written: string; renewed: string }> {
  const written = await Deno.readTextFile(ERRORS).catch(() => "");
  return { written, renewed: createErrorClasses() };
}

if (import.meta.main) {
  const { written, renewed } = await renewErrors();
  if (renewed !== written) await Deno.writeTextFile(ERRORS, renewed);
  for (const path of Object.keys(GUIDE_TABLES)) {
    const { written, renewed } = await renewGuide(path);
    if (renewed === written) continue;
    await Deno.writeTextFile(new URL(path, ROOT), renewed);
    console.log(`Wrote the tables of ${path}`);
  }
}
