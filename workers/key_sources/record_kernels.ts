import {
  FLAG_REJECT_INVALID,
  INVALID_UTF8,
  JOB_FLAGS,
  OK,
  STOPPED,
} from "../../assembly/layout.ts";
import { FORM_PAIRS } from "../../assembly/records/plan_layout.ts";
import { jobAddress } from "../../src/shared/addresses.ts";
import { readName } from "../../src/shared/part_name.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import type { Task } from "../../src/shared/task.ts";
import type { RecordFault } from "../../src/shared/record_fault.ts";
import { KERNEL_OUT_OF_MEMORY, RECORD_BROKEN } from "../../src/shared/task_status.ts";
import { GuestFailure } from "./guest_failure.ts";
import { JobGuests } from "./job_guests.ts";
import { CompiledKernels, copyKernel, readOutput } from "./job_kernel.ts";
import { KeyOutput } from "./key_output.ts";
import { locateByte, type LocatedFault, locateRecord } from "./locate_fault.ts";
import type { PrivateKeys } from "./place_keys.ts";
import { BrokenRecord, type Piece, RecordGuest } from "./record_guest.ts";
import { repairText } from "./repair.ts";

/** What came of a chunk's records. */
export interface RecordKeys extends PrivateKeys {
  /** What the records were, as TALLY_* say; undefined if the chunk has failed. */
  tallies: Uint32Array | undefined;
  /** Where and why it has failed, if its text is to blame. */
  fault?: RecordFault;
}

/** Instances that a thread keeps, since jobs take turns. */
const MOST_GUESTS = 4;
const NOTHING = new Uint8Array(0);

/** Thrown through the kernel when the thread must leave a chunk. */
class LeaveChunk extends Error {}

/**
 * Reads records in one thread, by the kernel of records. Writes to no memory that others see, so that
 * the host may take the task away meanwhile.
 */
export class RecordKernels {
  readonly #heap: SharedHeap;
  readonly #mostBytes: number;
  readonly #compiled = new CompiledKernels();
  readonly #output = new KeyOutput();
  readonly #guests: JobGuests<RecordGuest>;
  #isWanted: () => boolean = () => true;

  constructor(heap: SharedHeap, mostBytes: number) {
    this.#heap = heap;
    this.#mostBytes = mostBytes;
    this.#guests = new JobGuests(heap, MOST_GUESTS);
  }

  /**
   * Reads the records of the task's chunk. What it returns is valid until the next call.
   *
   * @param isWanted Whether to go on; called again and again, it also shows that the thread lives.
   */
  map({ job, epoch, start, bytes }: Task, isWanted: () => boolean): RecordKeys {
    this.#isWanted = isWanted;
    try {
      const guest = this.#guestOf(job, epoch);
      return guest ? this.#read(guest, job, start, bytes) : ended(STOPPED);
    } catch (error) {
      this.#guests.take(job);
      if (error instanceof LeaveChunk) return ended(STOPPED);
      if (error instanceof GuestFailure) return ended(error.status, error.offset);
      if (error instanceof RangeError) return ended(KERNEL_OUT_OF_MEMORY); // of new WebAssembly.Memory
      throw error;
    }
  }

  #read(guest: RecordGuest, job: number, start: number, bytes: number): RecordKeys {
    const text = this.#heap.bytes;
    const part = guest.namesParts ? readName(this.#heap, start) : undefined;
    const valid = guest.take({ text, start, bytes, part });
    const chunk = text.subarray(start, start + bytes);
    if (valid === bytes) {
      return this.#mapOr(
        guest,
        job,
        { text, start, bytes },
        0,
        (fault) => locateRecord(chunk, fault),
      );
    }
    const flags = this.#heap.word(jobAddress(job) + JOB_FLAGS);
    if ((flags & FLAG_REJECT_INVALID) !== 0) return failed(INVALID_UTF8, locateByte(chunk, valid));
    const { repaired, replaced } = repairText(chunk.slice());
    const whole = { text: repaired!, start: 0, bytes: repaired!.length, part };
    guest.take(whole);
    const locateIn = (fault: BrokenRecord) => locateRecord(chunk, fault, repaired);
    return this.#mapOr(guest, job, whole, replaced, locateIn);
  }

  /** Reads a chunk, and says where it breaks. */
  #mapOr(
    guest: RecordGuest,
    job: number,
    chunk: Piece,
    replaced: number,
    locate: (fault: BrokenRecord) => LocatedFault,
  ): RecordKeys {
    try {
      return this.#map(guest, job, chunk, replaced);
    } catch (error) {
      if (!(error instanceof BrokenRecord)) throw error;
      this.#guests.take(job); // its kernel was left amidst a chunk
      return failed(RECORD_BROKEN, locate(error));
    }
  }

  #map(
    guest: RecordGuest,
    job: number,
    chunk: Piece,
    replaced: number,
  ): RecordKeys {
    const form = guest.map(chunk.text === this.#heap.bytes ? chunk : undefined);
    const { tallies } = guest;
    const result = { status: OK, replaced, badOffset: 0, tallies };
    if (form === FORM_PAIRS) return { ...result, bytes: this.#makePairs(guest, job, chunk) };
    return { ...result, bytes: guest.output(true) };
  }

  /** Makes keys or registers of pairs. */
  #makePairs(
    guest: RecordGuest,
    job: number,
    chunk: Piece,
  ): Uint8Array {
    this.#output.begin({ ...readOutput(this.#heap, job), ...chunk });
    const pairs = guest.output(false);
    this.#output.drain(pairs, 0, pairs.length, this.#poll);
    return this.#output.take();
  }

  readonly #poll = (): void => {
    if (!this.#isWanted()) throw new LeaveChunk();
  };

  /** The job's instance, a new one if it has none here; undefined if the task was taken away. */
  #guestOf(job: number, epoch: number): RecordGuest | undefined {
    const known = this.#guests.get(job, epoch);
    if (known) return known;
    this.dropEnded();
    const kernel = copyKernel(this.#heap, job);
    if (!this.#isWanted()) return undefined; // what was copied may be another job's
    this.#guests.makeRoom();
    const compiled = this.#compiled.get(kernel);
    const guest = new RecordGuest(compiled, this.#mostBytes, kernel.options, this.#poll);
    this.#guests.add(job, epoch, guest);
    return guest;
  }

  /** Lets go of the instances of jobs that have ended. */
  dropEnded(): void {
    this.#guests.dropEnded();
  }
}

function failed(status: number, { offset, fault }: LocatedFault): RecordKeys {
  return { ...ended(status, offset), fault };
}

function ended(status: number, badOffset = 0): RecordKeys {
  return { status, bytes: NOTHING, replaced: 0, badOffset, tallies: undefined };
}
