import { PAGE_BYTES, STATIC_LIMIT } from "../../assembly/layout.ts";

/** Folding makes no UTF-8 text longer than this many times its length. */
const EXPANSION = 3;
/** The kernel reads and writes whole words of memory, also at the end of a key. */
const PADDING_BYTES = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Full case folding of single keys on the host, by the code that folds keys in the kernels: an
 * instance on a private memory of its own.
 */
export class KeyFolder {
  readonly #memory: WebAssembly.Memory;
  readonly #foldKey: (key: number, bytes: number, out: number) => number;

  constructor(binary: Uint8Array<ArrayBuffer>) {
    this.#memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), {
      env: { memory: this.#memory },
      host: { normalize: () => 0 },
    });
    this.#foldKey = instance.exports.foldKey as (key: number, bytes: number, out: number) => number;
  }

  fold(key: string): string {
    const text = encoder.encode(key);
    const start = STATIC_LIMIT;
    const out = start + text.length + PADDING_BYTES;
    this.#reserve(out + text.length * EXPANSION + PADDING_BYTES);
    const bytes = new Uint8Array(this.#memory.buffer);
    bytes.set(text, start);
    return decoder.decode(bytes.slice(out, out + this.#foldKey(start, text.length, out)));
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}
