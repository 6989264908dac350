import { DRAINED_CHECKED, DRAINED_HEADER_BYTES } from "../../assembly/drain_layout.ts";
import { PAGE_BYTES } from "../../assembly/layout.ts";
import {
  FORM_SLICES,
  FORM_WINDOWS,
  PLAN_NAMES_PARTS,
  TALLY_BYTES,
} from "../../assembly/records/plan_layout.ts";
import { KERNEL_OUT_OF_MEMORY } from "../../src/shared/task_status.ts";
import { GuestFailure } from "./guest_failure.ts";
import type { CompiledKernel } from "./job_kernel.ts";

/** What `assembly/records/kernel.ts` exports. */
interface RecordExports {
  mr_reserve_plan(bytes: number): number;
  mr_configure(plan: number): void;
  mr_reserve(bytes: number, partBytes: number): number;
  mr_part(): number;
  mr_valid(): number;
  mr_map(isCopy: number): number;
  mr_tallies(): number;
  mr_output(): number;
  mr_output_end(): number;
}

const FIRST_PAGES = 2;
const WORD_BYTES = 4;

/** Bytes that stand somewhere in an array. */
export interface Piece {
  readonly text: Uint8Array;
  readonly start: number;
  readonly bytes: number;
  /** The name of the part of the input that they are of, where the plan asks for it. */
  readonly part?: Uint8Array;
}

/** Thrown where a record ends its chunk. */
export class BrokenRecord extends Error {
  /**
   * @param start Offset of the record in what the kernel has read.
   * @param end Offset behind it.
   * @param reason One of BROKEN_*.
   */
  constructor(readonly start: number, readonly end: number, readonly reason: number) {
    super();
  }
}

/**
 * One instance of the kernel of records, on memory of its own, with the plan of one job. It is ours:
 * what it gives is taken as it is.
 */
export class RecordGuest {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: RecordExports;
  /** Whether chunks come with the names of their parts. */
  readonly namesParts: boolean;

  /** @param poll Throws when the thread must leave the chunk. */
  constructor({ module }: CompiledKernel, mostBytes: number, plan: Uint8Array, poll: () => void) {
    const maximum = Math.floor(mostBytes / PAGE_BYTES);
    this.#memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum });
    const instance = new WebAssembly.Instance(module, {
      env: { memory: this.#memory },
      millrace: {
        poll,
        broken: (offset: number, end: number, reason: number) => {
          throw new BrokenRecord(offset >>> 0, end >>> 0, reason);
        },
        full: () => {
          throw new GuestFailure(KERNEL_OUT_OF_MEMORY, "");
        },
      },
    });
    this.#exports = instance.exports as unknown as RecordExports;
    const at = this.#exports.mr_reserve_plan(plan.length);
    this.#bytes.set(plan, at);
    this.#exports.mr_configure(at);
    this.namesParts = plan[PLAN_NAMES_PARTS] !== 0;
  }

  /** Copies a chunk; returns how many of its bytes are UTF-8, from its beginning. */
  take({ text, start, bytes, part }: Piece): number {
    const at = this.#exports.mr_reserve(bytes, part?.length ?? 0) >>> 0;
    this.#bytes.set(text.subarray(start, start + bytes), at);
    if (part) this.#bytes.set(part, this.#exports.mr_part() >>> 0);
    return this.#exports.mr_valid() >>> 0;
  }

  /**
   * Reads the records of the chunk.
   *
   * @param place Address and bytes of the chunk in shared memory, for slices of it; undefined if it
   *   does not stand there as it is.
   * @returns The form of the output.
   */
  map(place: { start: number; bytes: number } | undefined): number {
    const form = this.#exports.mr_map(place ? 0 : 1);
    const header = this.#start - DRAINED_HEADER_BYTES;
    const words = new Uint32Array(this.#memory.buffer, header, DRAINED_HEADER_BYTES / WORD_BYTES);
    const areSlices = form === FORM_WINDOWS || form === FORM_SLICES;
    words[0] = areSlices ? place!.start : DRAINED_CHECKED;
    words[1] = areSlices ? place!.bytes : 0;
    return form;
  }

  get #start(): number {
    return this.#exports.mr_output() >>> 0;
  }

  /** What the chunk gave, as a view that is valid until the next one. */
  output(withHeader: boolean): Uint8Array {
    const start = this.#start - (withHeader ? DRAINED_HEADER_BYTES : 0);
    return this.#bytes.subarray(start, this.#exports.mr_output_end() >>> 0);
  }

  /** What its records were, as TALLY_* say, as a view likewise. */
  get tallies(): Uint32Array {
    const at = this.#exports.mr_tallies();
    return new Uint32Array(this.#memory.buffer, at, TALLY_BYTES / WORD_BYTES);
  }

  get #bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer);
  }
}
