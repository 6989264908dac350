import { compileSource } from "../../src/kernels/compiler/compile_source.ts";
import type { SourceManifest } from "../../src/kernels/compiler/manifest.ts";
import { readSdkSources } from "../../src/kernels/compiler/sdk_sources.ts";
import { explainAbort } from "../../workers/key_sources/explain_trap.ts";

const PAGES = 16;
const MOST_PAGES = 1024;
const LIBRARY = new URL("../../assembly/compiled/library/", import.meta.url);

interface Exports {
  mr_reserve(bytes: number): number;
  mr_map(bytes: number): void;
  mr_configure?(at: number, bytes: number): void;
  mr_combine?(at: number, bytes: number): void;
  mr_finish?(at: number, bytes: number): void;
  mr_at: WebAssembly.Global;
}

/** What a kernel said by `fail` or by asc's abort. */
export class KernelFailure extends Error {}

const sdk = await readSdkSources();

/** Compiles a source in this process. @throws {Error} With the diagnostics. */
export async function compileKernelSource(source: string): Promise<Uint8Array<ArrayBuffer>> {
  const result = await compileSource(source, sdk);
  if ("binary" in result) return result.binary;
  throw new Error(Deno.inspect(result.diagnostics));
}

/** Reads a kernel of the library as the build left it. */
export function readLibraryKernel(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(`${name}.wasm`, LIBRARY));
}

/** Runs a user's kernel in this thread as a host does: whole records in, drained keys out. */
export class UserKernel {
  readonly manifest: SourceManifest;
  readonly exports: Exports;
  readonly memory = new WebAssembly.Memory({ initial: PAGES, maximum: MOST_PAGES });
  /** What was drained since the chunk in hand began, drain by drain. */
  readonly drained: Uint8Array<ArrayBuffer>[] = [];

  constructor(binary: Uint8Array<ArrayBuffer>) {
    const module = new WebAssembly.Module(binary);
    const [section] = WebAssembly.Module.customSections(module, "millrace");
    this.manifest = JSON.parse(new TextDecoder().decode(section));
    const instance = new WebAssembly.Instance(module, {
      env: {
        memory: this.memory,
        abort: (message: number, file: number, line: number, column: number) => {
          const [what, where] = [message, file].map((at) => at === 0 ? "" : this.#readString(at));
          throw new KernelFailure(explainAbort(what, where, line, column));
        },
      },
      millrace: {
        drain: (at: number, bytes: number) => void this.drained.push(this.#copy(at, bytes)),
        fail: (at: number, bytes: number) => {
          throw new KernelFailure(new TextDecoder().decode(this.#copy(at, bytes)));
        },
      },
    });
    this.exports = instance.exports as unknown as Exports;
  }

  configure(options: Record<string, unknown>): void {
    const json = new TextEncoder().encode(JSON.stringify(options));
    this.exports.mr_configure!(this.put(json), json.length);
  }

  /** Puts bytes where the kernel wants them, with bytes behind them that must not matter. */
  put(bytes: Uint8Array): number {
    const at = this.exports.mr_reserve(bytes.length);
    const memory = new Uint8Array(this.memory.buffer);
    memory.set(bytes, at);
    memory.fill(0x78, at + bytes.length, at + bytes.length + 64);
    return at;
  }

  /** Maps a chunk; what the kernel emits is in `drained`, as it comes. */
  run(chunk: Uint8Array): void {
    this.drained.length = 0;
    this.put(chunk);
    this.exports.mr_map(chunk.length);
  }

  /** The keys of a chunk as bytes, in their order. */
  mapBytes(chunk: Uint8Array): Uint8Array[] {
    this.run(chunk);
    const read = this.manifest.output === "keys" ? readKeys : readWindows;
    return this.drained.flatMap((part) => read(part, chunk));
  }

  /** The keys of a chunk, in their order. */
  map(chunk: string | Uint8Array): string[] {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return this.mapBytes(bytes).map((key) => decoder.decode(key));
  }

  /** The keys of a chunk with their values, in their order. */
  mapValues(chunk: string | Uint8Array): [key: string, value: bigint | number][] {
    this.run(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    const isDouble = this.manifest.value === "f64";
    return this.drained.flatMap((part) => readValues(part, isDouble));
  }

  /** The keys of a chunk with the texts beside them, in their order. */
  mapPairs(chunk: string | Uint8Array): [key: string, text: string][] {
    this.run(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    return this.drained.flatMap(readPairs);
  }

  /** What becomes of values by `mr_combine`, or by `mr_finish`, in the order of their keys. */
  combine(
    values: readonly CountedValue[],
    name: "mr_combine" | "mr_finish" = "mr_combine",
  ): [key: string, value: bigint | number][] {
    this.drained.length = 0;
    const groups = encodeGroups(values);
    this.exports[name]!(this.put(groups), groups.length);
    const isDouble = this.manifest.value === "f64";
    return this.drained.flatMap((part) => readValues(part, isDouble));
  }

  #copy(at: number, bytes: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer, at, bytes).slice();
  }

  #readString(pointer: number): string {
    if (pointer === 0) return "";
    const bytes = new DataView(this.memory.buffer).getUint32(pointer - 4, true);
    return new TextDecoder("utf-16le").decode(this.#copy(pointer, bytes));
  }
}

/** @throws {RangeError} If a drain ends within a key. */
function readKeys(drained: Uint8Array<ArrayBuffer>): Uint8Array[] {
  const view = new DataView(drained.buffer);
  const keys: Uint8Array[] = [];
  for (let at = 0; at < drained.length;) {
    const bytes = view.getUint32(at, true);
    at += 4 + bytes;
    if (bytes === 0 || at > drained.length) throw new RangeError(`A key has ${bytes} bytes`);
    keys.push(drained.subarray(at - bytes, at));
  }
  return keys;
}

/** A key, one of its values, and how often that is there. */
export type CountedValue = readonly [key: string, value: bigint | number, count?: number];

/** Records: 8 bytes of the value | u32 bytes of the key | u32 count | key | padding to 8 bytes. */
function encodeGroups(values: readonly CountedValue[]): Uint8Array<ArrayBuffer> {
  const keys = values.map(([key]) => new TextEncoder().encode(key));
  const sizes = keys.map(({ length }) => Math.ceil((16 + length) / 8) * 8);
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  values.forEach(([, value, count = 1], i) => {
    if (typeof value === "bigint") view.setBigInt64(at, value, true);
    else view.setFloat64(at, value, true);
    view.setUint32(at + 8, keys[i].length, true);
    view.setUint32(at + 12, count, true);
    bytes.set(keys[i], at + 16);
    at += sizes[i];
  });
  return bytes;
}

/**
 * @throws {RangeError} If a drain ends within a pair, or has several beyond the buffer's size.
 */
function readPairs(drained: Uint8Array<ArrayBuffer>): [key: string, text: string][] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const view = new DataView(drained.buffer);
  const pairs: [string, string][] = [];
  for (let at = 0; at < drained.length;) {
    const keyBytes = view.getUint32(at, true);
    const text = at + 8 + keyBytes;
    const end = text + view.getUint32(at + 4, true);
    if (keyBytes === 0 || end > drained.length) throw new RangeError(`A pair ends at ${end}`);
    const key = decoder.decode(drained.subarray(at + 8, text));
    pairs.push([key, decoder.decode(drained.subarray(text, end))]);
    at = end;
  }
  if (drained.length > BUFFER_BYTES && pairs.length > 1) {
    throw new RangeError(`A drain of ${pairs.length} pairs has ${drained.length} bytes`);
  }
  return pairs;
}

/** What a kernel gathers before it drains. */
const BUFFER_BYTES = 16_384;

/**
 * @throws {RangeError} If a drain ends within a record or has several beyond the buffer's size, or
 *   padding is not zero.
 */
function readValues(
  drained: Uint8Array<ArrayBuffer>,
  isDouble: boolean,
): [key: string, value: bigint | number][] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const view = new DataView(drained.buffer);
  const records: [string, bigint | number][] = [];
  for (let at = 0; at < drained.length;) {
    const bytes = view.getUint32(at + 8, true);
    const end = at + 12 + bytes;
    const next = at + Math.ceil((12 + bytes) / 8) * 8;
    if (bytes === 0 || next > drained.length) throw new RangeError(`A key has ${bytes} bytes`);
    if (drained.subarray(end, next).some((byte) => byte !== 0)) {
      throw new RangeError(`The padding behind ${end} is not zero`);
    }
    const value = isDouble ? view.getFloat64(at, true) : view.getBigInt64(at, true);
    records.push([decoder.decode(drained.subarray(at + 12, end)), value]);
    at = next;
  }
  if (drained.length > BUFFER_BYTES && records.length > 1) {
    throw new RangeError(`A drain of ${records.length} records has ${drained.length} bytes`);
  }
  return records;
}

/** @throws {RangeError} If a window is cut, or a slice is empty or outside of the chunk. */
function readWindows(drained: Uint8Array<ArrayBuffer>, chunk: Uint8Array): Uint8Array[] {
  const view = new DataView(drained.buffer);
  const keys: Uint8Array[] = [];
  for (let at = 0; at < drained.length;) {
    const base = view.getUint32(at, true);
    const count = view.getUint32(at + 4, true);
    if (count === 0) throw new RangeError("A window is empty");
    at += 8;
    for (let i = 0; i < count; i++, at += 4) {
      const start = base + view.getUint16(at, true);
      const end = base + view.getUint16(at + 2, true);
      if (start >= end || end > chunk.length) throw new RangeError(`A slice is ${start} to ${end}`);
      keys.push(chunk.subarray(start, end));
    }
  }
  return keys;
}
