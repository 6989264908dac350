import asc from "assemblyscript/asc";
import { custom } from "./binary.ts";
import { MANIFEST } from "./kernel_module.ts";

const HEAD = `
@external("millrace", "drain") declare function drain(ptr: usize, len: i32): void;
@external("millrace", "fail") declare function fail(ptr: usize, len: i32): void;
const input = memory.data(4096);
export function mr_reserve(bytes: i32): usize { return input; }
`;

/** Kernels in AssemblyScript, of the kinds that users write. */
export const SOURCES: Record<string, string> = {
  bytes: `${HEAD}
export function mr_map(bytes: i32): void {
  let start: usize = input;
  for (let at: usize = input; at < input + bytes; at++) {
    if (load<u8>(at) != 32) continue;
    if (at > start) drain(start, i32(at - start));
    start = at + 1;
  }
}`,
  vectors: `${HEAD}
export let mr_at: i32 = 0;
export function mr_map(bytes: i32): void {
  let spaces: i32 = 0;
  for (let at: usize = input; at < input + bytes; at += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(32)));
    spaces += popcnt(mask);
    mr_at = i32(at - input);
  }
  memory.fill(input, u8(spaces), 64);
  memory.copy(input + 64, input, 64);
}
export function mr_combine(ptr: usize, n: i32): void { drain(ptr, n); }
export function mr_finish(ptr: usize, n: i32): void { fail(ptr, n); }`,
  strings: `${HEAD}
class Counter { counts: Map<string, i32> = new Map<string, i32>(); last: string = ""; }
const counter = new Counter();
let separator = " ";
export function mr_configure(ptr: usize, len: i32): void {
  separator = String.UTF8.decodeUnsafe(ptr, len);
}
export function mr_map(bytes: i32): void {
  const words = String.UTF8.decodeUnsafe(input, bytes).split(separator);
  for (let i = 0; i < words.length; i++) {
    const word = words[i].toLowerCase();
    counter.counts.set(word, counter.counts.has(word) ? counter.counts.get(word) + 1 : 1);
    counter.last = word;
  }
  const keys = counter.counts.keys().sort((a: string, b: string): i32 => a < b ? -1 : 1);
  const all = keys.join(",") + F64.parseFloat("1.5").toString();
  drain(changetype<usize>(all), all.length << 1);
}`,
};

/** One function of a large kernel: it shares no code with the others. */
function largePart(i: number): string {
  return `
function part${i}(text: string, depth: i32): i32 {
  let sum = ${i};
  const parts = text.split("${i}");
  for (let i = 0; i < parts.length; i++) {
    switch (parts[i].length % 5) {
      case 0: sum += parts[i].charCodeAt(0) * ${i + 3}; break;
      case 1: sum ^= parts[i].indexOf("${i}x"); break;
      case 2: sum -= depth > 0 ? part${i}(parts[i], depth - 1) : ${i}; break;
      default: while (sum > ${i * 7 + 1}) sum = sum / 3 - i;
    }
  }
  return sum + ${i * 31};
}`;
}

/** A kernel of some size; 30 parts make about 60 KB. */
export function largeSource(parts: number): string {
  const indices = Array.from({ length: parts }, (_, i) => i);
  return `${HEAD}${indices.map(largePart).join("\n")}
export function mr_map(bytes: i32): void {
  const text = String.UTF8.decodeUnsafe(input, bytes);
  let sum = 0;
  ${indices.map((i) => `sum += part${i}(text, 3);`).join("\n  ")}
  drain(input, sum);
}`;
}

/** Compiles a kernel, and gives it the least manifest unless there is another. */
export async function compileKernel(
  source: string,
  flags: string[] = ["-O2", "--runtime", "minimal"],
  manifest: unknown = MANIFEST,
): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["kernel.ts", "--outFile", "kernel.wasm", "--enable", "simd", ...flags],
    {
      readFile: (name: string) => name === "kernel.ts" ? source : null,
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name === "kernel.wasm") binary = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`asc: ${stderr}`, { cause: error ?? undefined });
  return withManifest(binary, manifest);
}

export function withManifest(
  binary: Uint8Array,
  manifest: unknown = MANIFEST,
): Uint8Array<ArrayBuffer> {
  const json = [...new TextEncoder().encode(JSON.stringify(manifest))];
  return Uint8Array.from([...binary, ...custom("millrace", json)]);
}
