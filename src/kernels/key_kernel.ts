import {
  PAGE_BYTES,
  PAGES,
  SCRATCH_BYTES,
  TOKENIZER_ASCII,
  TOKENIZER_LINES,
  TOKENIZER_UNICODE,
  TOKENIZER_WHITESPACE,
} from "../../assembly/layout.ts";

/** Neither folding nor normalizing makes UTF-8 text longer than this many times its length. */
const EXPANSION = 3;
/** The kernel reads and writes whole words of memory, also at the end of a key. */
const PADDING_BYTES = 64;
/** Address of the text: behind the scratch of the instance. */
const TEXT = PAGES + SCRATCH_BYTES;

const TOKENIZERS = {
  unicode: TOKENIZER_UNICODE,
  whitespace: TOKENIZER_WHITESPACE,
  ascii: TOKENIZER_ASCII,
  lines: TOKENIZER_LINES,
};

/** The tokenizers that kernels have. */
export type KernelTokenizer = keyof typeof TOKENIZERS;

/** Reads a key, writes the new one at `out`, and returns its bytes. */
type Step = (key: number, bytes: number, out: number) => number;

interface KeyExports {
  attach(scratch: number): void;
  foldKey: Step;
  normalizeKey: Step;
  isToken(text: number, bytes: number, tokenizer: number): number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Does on the host what kernels do with single keys, by the same code: an instance on a memory of its
 * own. Takes time that is linear in the key.
 */
export class KeyKernel {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: KeyExports;

  constructor(binary: Uint8Array<ArrayBuffer>) {
    this.#memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), {
      env: { memory: this.#memory },
    });
    this.#exports = instance.exports as unknown as KeyExports;
    this.#exports.attach(PAGES);
  }

  /** Full case folding. */
  fold(key: string): string {
    return this.#run(this.#exports.foldKey, key);
  }

  /** Normalization Form C. */
  normalize(key: string): string {
    return this.#run(this.#exports.normalizeKey, key);
  }

  /** Whether a text is one token as a whole. */
  isToken(text: string, tokenizer: KernelTokenizer): boolean {
    const bytes = this.#put(text);
    return this.#exports.isToken(TEXT, bytes, TOKENIZERS[tokenizer]) !== 0;
  }

  #run(step: Step, key: string): string {
    const bytes = this.#put(key);
    const out = TEXT + bytes + PADDING_BYTES;
    const end = out + step(TEXT, bytes, out);
    return decoder.decode(new Uint8Array(this.#memory.buffer).slice(out, end));
  }

  /** Writes a text to TEXT; returns its bytes. */
  #put(text: string): number {
    const bytes = encoder.encode(text);
    const end = TEXT + bytes.length;
    this.#reserve(end + PADDING_BYTES + bytes.length * EXPANSION + PADDING_BYTES);
    const memory = new Uint8Array(this.#memory.buffer);
    memory.set(bytes, TEXT);
    memory.fill(0, end, end + PADDING_BYTES);
    return bytes.length;
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}
