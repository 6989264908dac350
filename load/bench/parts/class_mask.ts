const SOURCE = new URL("../../../assembly/yardsticks/class_mask.ts", import.meta.url);
const PAGES = 64;
const TEXT = 0x10000;
const MASKS = 0x200000;

/** Compiles the yardstick; what it returns measures a text in MB/s, chunk by chunk. */
export async function compileYardstick(): Promise<
  (text: Uint8Array, chunkBytes: number) => number
> {
  const { main: asc } = await import("assemblyscript/asc"); // slow to load
  const source = await Deno.readTextFile(SOURCE);
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error } = await asc([
    "class_mask.ts",
    "--outFile",
    "class_mask.wasm",
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--enable",
    "simd",
    "--enable",
    "threads",
    "--importMemory",
    "--sharedMemory",
    "--initialMemory",
    `${PAGES}`,
    "--maximumMemory",
    `${PAGES}`,
  ], {
    readFile: (name: string) => name === "class_mask.ts" ? source : null,
    writeFile: (_name: string, contents: string | Uint8Array) => {
      if (typeof contents !== "string") binary = new Uint8Array(contents);
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error("Cannot compile the yardstick", { cause: error });
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  const classMask = instance.exports.classMask as (
    text: number,
    bytes: number,
    out: number,
  ) => void;
  const bytes = new Uint8Array(memory.buffer);
  return (text, chunkBytes) => {
    let milliseconds = 0;
    for (let from = 0; from < text.length; from += chunkBytes) {
      const chunk = text.subarray(from, from + chunkBytes);
      bytes.set(chunk, TEXT);
      const started = performance.now();
      classMask(TEXT, chunk.length, MASKS);
      milliseconds += performance.now() - started;
    }
    return text.length / milliseconds / 1000;
  };
}
