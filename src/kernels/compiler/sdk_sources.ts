import type { SdkSources } from "./compile_source.ts";

const ASSEMBLY = new URL("../../../assembly/", import.meta.url);
/** Packages by the folders of their texts. Of `blocks`, the server's own kernel is made, too. */
const PACKAGES = { "sdk/": "millrace/", "blocks/": "blocks/" };
/** For editors and readers. */
const NO_SOURCES = ["millrace.d.ts", "starter.ts"];

/** Reads the texts of the SDK. */
export async function readSdkSources(): Promise<SdkSources> {
  const texts: Record<string, string> = {};
  for (const [path, name] of Object.entries(PACKAGES)) {
    const folder = new URL(path, ASSEMBLY);
    for await (const file of Deno.readDir(folder)) {
      if (!file.name.endsWith(".ts") || NO_SOURCES.includes(file.name)) continue;
      texts[name + file.name] = await Deno.readTextFile(new URL(file.name, folder));
    }
  }
  return texts;
}
