import type { RecordReport } from "../../contract/documents.ts";
import { own } from "../../async/own.ts";
import type { Chunk, ChunkParts } from "../../input/splitter.ts";
import { countLineFeeds } from "../../shared/line_feeds.ts";
import type { RecordFault } from "../../shared/record_fault.ts";
import { mostOutput } from "../../shared/kernel_limits.ts";
import type { ChunkUse } from "../../shared/kernel_use.ts";
import { addTallies } from "../../shared/record_tallies.ts";
import { RECORD_BROKEN } from "../../shared/task_status.ts";
import type { InputSlot } from "../../shared/input_slots.ts";
import type { Result, Task } from "../../shared/task.ts";
import { notAccounted } from "./job_errors.ts";
import type { ChunkSlots } from "../slot_share.ts";
import type { Accounting, JobCounters } from "../job_contract.ts";

/** A chunk that is out: a worker has it, or will have it. */
interface ChunkInFlight {
  slot: InputSlot;
  offset: number;
  /** See Chunk. */
  parts: ChunkParts | undefined;
  /** The file that a worker reads the chunk from, if one does, as errors call it. */
  path: string | undefined;
}

/** A chunk that is not valid. */
export interface InvalidChunk {
  /** Its number. */
  part: number;
  /** Whether a record is broken, or else bytes are no UTF-8. */
  isBroken: boolean;
  /** Line feeds in it are those of its text alone. */
  fault: RecordFault | undefined;
  /** Number of the text, and where in that, if the chunk has several. */
  own: { index: number; offset: number } | undefined;
}

function findPart(parts: ChunkParts | undefined, offset: number) {
  const at = parts?.starts.findLastIndex((start) => start <= offset) ?? -1;
  return at < 0 ? undefined : { index: parts!.indexes[at], start: parts!.starts[at] };
}

/** The chunks of one run: the slots of those that are out, and the sums of the others. */
export class ChunkLedger {
  readonly counters: JobCounters = { bytes: 0, chunks: 0, tokens: 0 };
  /** Bytes of the chunks that were handed out, each counted once. */
  bytesIn = 0;
  /** Invalid UTF-8 sequences that workers have replaced. */
  replacements = 0;
  /** The most that user code has used for a chunk, and what the chunk of the most output may give. */
  mostUse: ChunkUse & { outputLimit: number } | undefined;
  /** Offset in the text of the first byte that is known to be invalid. */
  invalidOffset = Infinity;
  /** What is known of it. */
  invalid: InvalidChunk | undefined;
  /** What the records were, where a kernel of ours has read them. */
  tallies: RecordReport | undefined;
  readonly #slots: ChunkSlots;
  readonly #inFlight = new Map<number, ChunkInFlight>();

  constructor(slots: ChunkSlots) {
    this.#slots = slots;
  }

  /** Whether some chunk is not valid: later chunks cannot hold the first error. */
  get isInvalid(): boolean {
    return this.invalidOffset !== Infinity;
  }

  /**
   * Puts a chunk into a slot, which the ledger keeps until the chunk is released.
   *
   * @param name Of the part of the input that it is of.
   * @returns Where its text begins.
   */
  put(
    part: number,
    slot: InputSlot,
    { text, offset, parts }: Pick<Chunk, "text" | "offset" | "parts">,
    name?: Uint8Array,
  ): number {
    const path = text instanceof Uint8Array ? undefined : text.file.name ?? text.file.path;
    this.#inFlight.set(part, { slot, offset, parts, path });
    return this.#slots.fill(slot, text, name);
  }

  /** A chunk was counted. */
  add({ part, bytes, tokens, replaced, use, tallies }: Result): void {
    if (tallies) this.tallies = addTallies(this.tallies, tallies, this.#inFlight.get(part)!.offset);
    if (use) this.#noteUse(use, bytes);
    this.counters.bytes += bytes;
    this.counters.chunks++;
    this.counters.tokens += tokens;
    this.replacements += replaced;
  }

  #noteUse({ ms, memoryBytes, outputBytes }: ChunkUse, bytes: number): void {
    this.mostUse ??= { ms: 0, memoryBytes: 0, outputBytes: 0, outputLimit: 0 };
    const most = this.mostUse;
    most.ms = Math.max(most.ms, ms);
    most.memoryBytes = Math.max(most.memoryBytes, memoryBytes);
    if (outputBytes < most.outputBytes) return;
    most.outputBytes = outputBytes;
    most.outputLimit = mostOutput(bytes);
  }

  /**
   * A chunk is not valid.
   *
   * @param text The chunk.
   */
  addInvalid({ part, offset, status, fault }: Result, text: Uint8Array): void {
    const chunk = this.#inFlight.get(part)!;
    const at = chunk.offset + offset;
    if (at >= this.invalidOffset) return;
    this.invalidOffset = at;
    const own = findPart(chunk.parts, offset);
    const lineFeeds = own && own.start > 0 ? countLineFeeds(text.subarray(0, own.start)) : 0;
    this.invalid = {
      part,
      isBroken: status === RECORD_BROKEN,
      fault: fault && { ...fault, lineFeeds: fault.lineFeeds - lineFeeds },
      own: own && { index: own.index, offset: offset - own.start },
    };
  }

  /** Where the chunk of a task begins in the text; undefined if the task has none that is out. */
  offsetOf({ part, start }: Task): number | undefined {
    return start === 0 ? undefined : this.#inFlight.get(part)?.offset;
  }

  /** The file that a worker reads a chunk from. */
  pathOf({ part }: Task): string | undefined {
    return this.#inFlight.get(part)?.path;
  }

  /** @throws {JobError} `internal` if not every byte was counted once. */
  account(): Omit<Accounting, "runs"> {
    const { bytesIn } = this;
    const bytesCounted = this.counters.bytes;
    if (bytesCounted !== bytesIn) throw notAccounted(bytesIn, bytesCounted);
    return { bytesIn, bytesCounted };
  }

  /**
   * Gives a chunk's slot back.
   *
   * @param gone Resolves when the thread that may still read and write there has ended.
   */
  release(part: number, gone?: Promise<void>): void {
    const chunk = this.#inFlight.get(part);
    if (!chunk) return;
    this.#inFlight.delete(part);
    const { slot } = chunk;
    if (!gone) this.#slots.release(slot);
    // A slot with pages of its own has pages of the job, which are freed with the job block.
    else if (slot.pages === 0) own(gone.then(() => this.#slots.release(slot)));
  }
}
