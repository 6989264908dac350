import {
  FLAG_REJECT_INVALID,
  JOB_FLAGS,
  JOB_KERNEL,
  JOB_KERNEL_BYTES,
  JOB_KERNEL_HASH_BYTES,
  JOB_KERNEL_OPTIONS,
  JOB_KERNEL_OPTIONS_BYTES,
  JOB_KERNEL_OUTPUT,
  JOB_KERNEL_TAKES_TEXT,
  JOB_TOKENIZER,
  JOB_VALUE_TYPE,
  TOKENIZER_DRAINED,
} from "../../assembly/layout.ts";
import { jobAddress } from "../../src/shared/addresses.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import { trapped } from "./guest_failure.ts";
import { type MemoryLimits, readMemoryImport } from "./memory_import.ts";

/** Compiled modules that a thread keeps. */
const MOST_MODULES = 16;

/** A module that is compiled, and what its memory must be like. */
export interface CompiledKernel {
  readonly module: WebAssembly.Module;
  readonly limits: MemoryLimits;
}

/** A job's user kernel, as copied out of the job's pages. */
export interface JobKernel {
  readonly hash: string;
  readonly binary: Uint8Array<ArrayBuffer>;
  /** JSON, UTF-8. */
  readonly options: Uint8Array;
}

/** How a job's keys come out of its kernel. */
export interface JobOutput {
  readonly output: number;
  readonly valueType: number;
  readonly rejects: boolean;
  readonly keepsDrained: boolean;
  readonly takesText: boolean;
}

/**
 * Copies a job's kernel. The copy is worth nothing if the task has been taken away by the time that
 * it is made: then the pages may be another job's.
 */
export function copyKernel(heap: SharedHeap, job: number): JobKernel {
  const block = jobAddress(job);
  const slice = (start: number, bytes: number) => heap.bytes.slice(start, start + bytes);
  const hash = heap.word(block + JOB_KERNEL);
  const options = heap.word(block + JOB_KERNEL_OPTIONS);
  return {
    hash: slice(hash, JOB_KERNEL_HASH_BYTES).toHex(),
    binary: slice(hash + JOB_KERNEL_HASH_BYTES, heap.word(block + JOB_KERNEL_BYTES)),
    options: slice(options, heap.word(block + JOB_KERNEL_OPTIONS_BYTES)),
  };
}

export function readOutput(heap: SharedHeap, job: number): JobOutput {
  const block = jobAddress(job);
  return {
    output: heap.word(block + JOB_KERNEL_OUTPUT),
    valueType: heap.word(block + JOB_VALUE_TYPE),
    takesText: heap.word(block + JOB_KERNEL_TAKES_TEXT) !== 0,
    keepsDrained: heap.word(block + JOB_TOKENIZER) === TOKENIZER_DRAINED,
    rejects: (heap.word(block + JOB_FLAGS) & FLAG_REJECT_INVALID) !== 0,
  };
}

/** The modules that a thread has compiled last, by their hashes, which the host has checked. */
export class CompiledKernels {
  readonly #kernels = new Map<string, CompiledKernel>();

  /** @throws {GuestFailure} If the module cannot be compiled, which the gate would have told. */
  get({ hash, binary }: JobKernel): CompiledKernel {
    const known = this.#kernels.get(hash);
    if (known) {
      this.#kernels.delete(hash); // to be put behind the others
      this.#kernels.set(hash, known);
      return known;
    }
    const kernel = { module: compile(binary), limits: readMemoryImport(binary) };
    this.#kernels.set(hash, kernel);
    const [oldest] = this.#kernels.keys();
    if (this.#kernels.size > MOST_MODULES) this.#kernels.delete(oldest);
    return kernel;
  }
}

function compile(binary: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(binary);
  } catch (error) {
    throw trapped(`the module cannot be compiled: ${(error as Error).message}`);
  }
}
