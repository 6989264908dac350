import { main as asc } from "assemblyscript/asc";

// Compiles single modules of assembly/ for their tests: a probe is an entry of a few lines that
// exports what the tests want to call. The entries are text, since only asc can read them.

const ENTRIES = {
  utf8: `export { repairCount, repairedLength, repairUtf8, validateUtf8 } from "./text/utf8";`,
  nfc: `
    export { setScratch } from "./memory/runtime";
    export { isNfc, nfcRoom, normalizeKey } from "./text/nfc";`,
  fold: `export { countChars, foldKey, isFolded } from "./text/fold_key";`,
  tokenizers: `
    export { prepareMasks } from "./memory/masks";
    export { scanHasNul, scanIsWord, scanNext } from "./text/tokenizers/scan_state";
    export { scanAscii, scanLongAscii } from "./text/tokenizers/ascii";
    export { scanLines, scanLongLines } from "./text/tokenizers/lines";
    export { scanLongUnicode, scanUnicode } from "./text/tokenizers/unicode";
    export { scanLongWhitespace, scanWhitespace } from "./text/tokenizers/whitespace";`,
  unicode: `
    export { prepareMasks } from "./memory/masks";
    export { scanHasNul, scanIsWord, scanNext } from "./text/tokenizers/scan_state";
    export {
      scanLongUnicode, scanUnicode, scanUnicodePlain, segmentUnicode,
    } from "./text/tokenizers/unicode";`,
};
const ENTRY = "assembly/probe_entry.ts";

const ROOT = new URL("../../", import.meta.url);
/** Where a test may put things in a probe's memory; static data lies below. */
export const PROBE_FREE = 0x200000;
const PAGES = 256; // 16 MiB

/** Both speeds of every tokenizer and of UTF-8 validation. */
export const BUILDS = ["simd", "plain"] as const;
/** One of them. */
export type Build = typeof BUILDS[number];

/** A compiled entry, with its memory. */
export interface Probe<Exports> {
  exports: Exports;
  bytes: Uint8Array;
  view: DataView;
}

// deno-fmt-ignore: each flag beside its value
const FLAGS = [
  "--outFile", "probe.wasm", "-O3", "--noAssert", "--runtime", "stub", "--enable", "threads",
  "--importMemory", "--sharedMemory", "--initialMemory", `${PAGES}`,
  "--maximumMemory", `${PAGES}`, "--memoryBase", "1024",
];

/** Compiles and instantiates an entry with the flags of the kernels. */
export async function compileProbe<Exports>(
  name: keyof typeof ENTRIES,
  build: Build,
): Promise<Probe<Exports>> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const messages: string[] = [];
  const { error } = await asc([
    ENTRY,
    ...FLAGS,
    ...(build === "simd" ? ["--enable", "simd"] : []),
  ], {
    readFile: (file: string, base: string) =>
      file === ENTRY ? ENTRIES[name] : read(new URL(`${base}/${file}`, ROOT)),
    writeFile: (_name: string, contents: string | Uint8Array) => {
      if (typeof contents !== "string") binary = new Uint8Array(contents);
    },
    listFiles: () => [],
    stdout: { write: (text: string | Uint8Array) => void messages.push(String(text)) },
    stderr: { write: (text: string | Uint8Array) => void messages.push(String(text)) },
  });
  if (error || !binary) throw new Error(`Cannot compile ${name}: ${messages.join("")}`);
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  return {
    exports: instance.exports as Exports,
    bytes: new Uint8Array(memory.buffer),
    view: new DataView(memory.buffer),
  };
}

function read(path: URL): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null; // asc tries several names
    throw error;
  }
}
