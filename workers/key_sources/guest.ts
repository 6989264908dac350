import { KERNEL_OUTPUT_COMBINED, KERNEL_OUTPUT_FINISHED } from "../../assembly/drain_layout.ts";
import { PAGE_BYTES } from "../../assembly/layout.ts";
import { KERNEL_OUT_OF_MEMORY } from "../../src/shared/task_status.ts";
import { explainAbort, explainTrap } from "./explain_trap.ts";
import { GuestFailure, MOST_MESSAGE_BYTES, trapped } from "./guest_failure.ts";
import type { CompiledKernel } from "./job_kernel.ts";
import type { KeyOutput, KeySource } from "./key_output.ts";

/** What a module of ABI 1 exports. */
interface GuestExports {
  mr_reserve(bytes: number): number;
  mr_map(bytes: number): void;
  mr_configure?(start: number, bytes: number): void;
  mr_combine?(start: number, bytes: number): void;
  mr_finish?(start: number, bytes: number): void;
  mr_at?: WebAssembly.Global;
}

/** Of an AssemblyScript object: its bytes stand so many bytes in front of it. */
const OBJECT_SIZE_OFFSET = 4;
const UTF16_BYTES = 2;

/**
 * One instance of a user kernel, on memory of its own. What it calls of this thread is here: it sees
 * its memory, the leash, and three functions that take numbers.
 */
export class Guest {
  readonly #output: KeyOutput;
  readonly #memory: WebAssembly.Memory;
  readonly #firstBytes: number;
  readonly #mostBytes: number;
  #exports!: GuestExports;
  #mayDrain = false;

  /**
   * @param mostBytes Most bytes of its memory.
   * @throws {GuestFailure} If it needs more memory.
   */
  constructor({ limits }: CompiledKernel, mostBytes: number, output: KeyOutput) {
    this.#output = output;
    const mostPages = Math.floor(mostBytes / PAGE_BYTES);
    if (limits.initial > mostPages) {
      const needed = `it begins with ${limits.initial * PAGE_BYTES} bytes of memory`;
      throw new GuestFailure(KERNEL_OUT_OF_MEMORY, needed);
    }
    this.#mostBytes = Math.min(limits.maximum, mostPages) * PAGE_BYTES;
    this.#memory = createMemory(limits.initial, this.#mostBytes / PAGE_BYTES);
    this.#firstBytes = this.#memory.buffer.byteLength;
  }

  // ---- runs code of the module -------------------------------------------------------------------

  /** Instantiates the module, which may run code of it, and gives it its options. */
  start({ module }: CompiledKernel, leash: WebAssembly.Memory, options: Uint8Array): void {
    const stop = new Int32Array(leash.buffer);
    const poll = () => {
      if (Atomics.load(stop, 0) !== 0) throw new WebAssembly.RuntimeError("stopped within drain");
    };
    const instance = new WebAssembly.Instance(module, {
      env: {
        memory: this.#memory,
        abort: (message: number, file: number, line: number, column: number) =>
          this.#abort(message, file, line, column),
      },
      millrace: {
        leash,
        drain: (start: number, bytes: number) => {
          if (!this.#mayDrain) throw trapped("it has called drain outside of mr_map");
          this.#output.drain(this.#bytes, start >>> 0, bytes >>> 0, poll);
        },
        fail: (start: number, bytes: number) => {
          throw trapped(this.#readText(start >>> 0, bytes >>> 0));
        },
      },
    });
    this.#exports = instance.exports as unknown as GuestExports;
    const { mr_reserve, mr_map, mr_configure } = this.#exports;
    if (typeof mr_reserve !== "function" || typeof mr_map !== "function") {
      throw trapped("the module does not export mr_reserve and mr_map");
    }
    if (mr_configure) mr_configure(this.#give(options, 0, options.length), options.length);
  }

  /** Runs the kernel over one chunk: of text, or of values that it combines. */
  map({ text, start, bytes, output }: KeySource): void {
    const { mr_map, mr_combine, mr_finish, mr_at } = this.#exports;
    if (mr_at) mr_at.value = 0; // else a failure would name a record of the chunk before
    const address = this.#give(text, start, bytes);
    this.#mayDrain = true; // elsewhere keys would depend on how many threads work for the job
    if (output === KERNEL_OUTPUT_COMBINED) required("mr_combine", mr_combine)(address, bytes);
    else if (output === KERNEL_OUTPUT_FINISHED) required("mr_finish", mr_finish)(address, bytes);
    else mr_map(bytes);
    this.#mayDrain = false;
  }

  /** Copies bytes to where the module wants them. */
  #give(from: Uint8Array, start: number, bytes: number): number {
    const address = this.#exports.mr_reserve(bytes) >>> 0;
    const memory = this.#bytes;
    if (address + bytes > memory.length) {
      throw trapped(
        `mr_reserve(${bytes}) gave ${address} in a memory of ${memory.length} bytes`,
      );
    }
    memory.set(from.subarray(start, start + bytes), address);
    return address;
  }

  // ---- looks at it -------------------------------------------------------------------------------

  /** All of its memory; the buffer is another one when the memory has grown. */
  get #bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer);
  }

  /** What the module says of where it is, in a chunk of so many bytes. */
  at(bytes: number): number {
    return Math.min(Number(this.#exports?.mr_at?.value ?? 0) >>> 0, bytes);
  }

  /**
   * Whether a trap without a word is likely to mean that its memory could not grow: it has grown to
   * more than half of what it may have. Modules grow by doubling, and trap when that fails.
   */
  get isCramped(): boolean {
    const bytes = this.memoryBytes;
    return bytes > this.#firstBytes && bytes > this.#mostBytes / 2;
  }

  /** What an engine's words for a trap mean, where they do not say it. */
  explainTrap(message: string): string {
    return explainTrap(message, { used: this.memoryBytes, most: this.#mostBytes });
  }

  /** Size of its memory. */
  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  get mostBytes(): number {
    return this.#mostBytes;
  }

  #abort(message: number, file: number, line: number, column: number): never {
    const [what, where] = [message, file].map((address) => this.#readString(address >>> 0));
    throw trapped(explainAbort(what, where, line >>> 0, column >>> 0));
  }

  /** A string of AssemblyScript; nothing of an address that can be none. */
  #readString(address: number): string {
    const memory = this.#bytes;
    if (address < OBJECT_SIZE_OFFSET || address > memory.length) return "";
    const view = new DataView(memory.buffer);
    const size = view.getUint32(address - OBJECT_SIZE_OFFSET, true);
    const bytes = Math.min(size, MOST_MESSAGE_BYTES, memory.length - address);
    const units = Array.from(
      { length: Math.floor(bytes / UTF16_BYTES) },
      (_, i) => view.getUint16(address + i * UTF16_BYTES, true),
    );
    return String.fromCharCode(...units).toWellFormed();
  }

  #readText(start: number, bytes: number): string {
    const end = start + Math.min(bytes, MOST_MESSAGE_BYTES);
    return new TextDecoder().decode(this.#bytes.slice(start, end));
  }
}

/** @throws {GuestFailure} If a module does not export what its manifest asks for. */
function required<T>(name: string, exported: T | undefined): T {
  if (exported === undefined) throw trapped(`the module does not export ${name}`);
  return exported;
}

function createMemory(initial: number, maximum: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial, maximum });
  } catch (cause) { // a RangeError, as a stack overflow of the kernel's is, but the system's doing
    throw new Error(`Cannot make a memory of ${initial} pages for a user kernel`, { cause });
  }
}
