import { PAGE_BYTES, PAGES, SCRATCH_BYTES } from "../../assembly/layout.ts";

/** Neither folding nor normalizing makes UTF-8 text longer than this many times its length. */
const EXPANSION = 3;
/** The kernel reads and writes whole words of memory, also at the end of a key. */
const PADDING_BYTES = 64;
/** Where texts are put: behind the scratch of the instance. */
const TEXT = PAGES + SCRATCH_BYTES;

/** Reads a key, writes what it becomes at `out`, and returns the bytes of that. */
type Step = (key: number, bytes: number, out: number) => number;

interface FolderExports {
  attach(scratch: number): void;
  foldKey: Step;
  normalizeKey: Step;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Folding and normalization of single keys on the host, by the code that does so in the kernels:
 * an instance on a private memory of its own. Takes time that is linear in the key.
 */
export class KeyFolder {
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: FolderExports;

  constructor(binary: Uint8Array<ArrayBuffer>) {
    this.#memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), {
      env: { memory: this.#memory },
    });
    this.#kernel = instance.exports as unknown as FolderExports;
    this.#kernel.attach(PAGES);
  }

  /** Full case folding. */
  fold(key: string): string {
    return this.#run(this.#kernel.foldKey, key);
  }

  /** Normalization Form C. */
  normalize(key: string): string {
    return this.#run(this.#kernel.normalizeKey, key);
  }

  #run(step: Step, key: string): string {
    const text = encoder.encode(key);
    const out = TEXT + text.length + PADDING_BYTES;
    this.#reserve(out + text.length * EXPANSION + PADDING_BYTES);
    const bytes = new Uint8Array(this.#memory.buffer);
    bytes.set(text, TEXT);
    return decoder.decode(bytes.slice(out, out + step(TEXT, text.length, out)));
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}
