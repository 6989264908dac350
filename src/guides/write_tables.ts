/**
 * Writes the tables of the guides anew, from the tables in code.
 *
 *     deno task docs
 */
import { GUIDE_TABLES } from "./guide_tables.ts";
import { type MarkdownTable, replaceTables } from "./markdown_table.ts";

const ROOT = new URL("../../", import.meta.url);

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

if (import.meta.main) {
  for (const path of Object.keys(GUIDE_TABLES)) {
    const { written, renewed } = await renewGuide(path);
    if (renewed === written) continue;
    await Deno.writeTextFile(new URL(path, ROOT), renewed);
    console.log(`Wrote the tables of ${path}`);
  }
}
