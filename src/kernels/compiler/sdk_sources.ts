import type { SdkSources } from "./compile_source.ts";

const SDK = new URL("../../../assembly/sdk/", import.meta.url);
/** For editors and readers. */
const NO_SOURCES = ["millrace.d.ts", "starter.ts"];

/** Reads the texts of the SDK. */
export async function readSdkSources(): Promise<SdkSources> {
  const texts: Record<string, string> = {};
  for await (const { name } of Deno.readDir(SDK)) {
    if (!name.endsWith(".ts") || NO_SOURCES.includes(name)) continue;
    texts[name] = await Deno.readTextFile(new URL(name, SDK));
  }
  return texts;
}
