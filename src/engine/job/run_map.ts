import { FLAG_RECORDS, PAGE_BYTES, TOKEN_SEPARATOR } from "../../../assembly/layout.ts";
import type { RunnableKernel } from "../../contract/kernel_manifest.ts";
import type { JobError } from "../../contract/problems.ts";
import { type Chunk, noPlaceToSplit } from "../../input/splitter.ts";
import { PIECE_ROOM } from "../../shared/file_piece.ts";
import type { InputSlot } from "../../shared/input_slots.ts";
import { nameBytes } from "../../shared/part_name.ts";
import type { JobBlock } from "../../shared/job_block.ts";
import { type Result, type Task, TaskKind } from "../../shared/task.ts";
import type { EngineContext, RunOwner } from "../engine_context.ts";
import type { JobFilters } from "../filters.ts";
import type { ChunkSlots } from "../slot_share.ts";
import type { KeyCount } from "../job_contract.ts";
import { ChunkLedger } from "./chunk_ledger.ts";
import type { EdgeWords } from "../../input/edge_words.ts";
import { EdgeStitcher, parseEdges } from "./edge_stitcher.ts";
import { encodeKernel } from "./encode_kernel.ts";
import { areDrained, encodeFlags, holdValues, isApprox, stopsTokens } from "./encode_terms.ts";
import { noRoomForFilters, outOfMemory } from "./job_errors.ts";
import { kernelOverWords, noRoomForKernel } from "./kernel_errors.ts";
import { explainInvalid } from "./invalid_text.ts";
import { LineCounts } from "./line_counts.ts";
import { LiveTop } from "./live_top.ts";
import { planScatter } from "./scatter_plan.ts";
import type { RunTasks } from "./run_tasks.ts";

/** Long chunks of one run may take this part of what a job may hold. */
const LARGE_SHARE = 4;

/** Stands between the tokens of a key, unless stop words are looked for among them. */
const SPACE = 0x20;

/** The name of a text that is not one of several. */
const ONLY_PART = "0";

const encoder = new TextEncoder();

/** Whether a kernel is code of a client. */
function runsUserCode(kernel: RunnableKernel | undefined): boolean {
  return kernel !== undefined && !kernel.isTrusted;
}

/** The map phase of one run: has every chunk of the text counted into the tables of the workers. */
export class RunMap {
  readonly chunks: ChunkLedger;
  /** Chunks that were handed in. */
  parts = 0;
  /** Chunks that were handed to workers, each as often as it was. */
  attempts = 0;
  readonly #job: RunOwner;
  readonly #block: JobBlock;
  readonly #tasks: RunTasks;
  readonly #context: EngineContext;
  readonly #slots: ChunkSlots;
  /** Where lines are counted, which the kernel of records does. */
  readonly #lines: LineCounts | undefined;
  #filters: JobFilters | undefined;
  #stitcher: EdgeStitcher | undefined;
  /** Bytes of long chunks since no task was out. */
  #largeBytes = 0;
  /** Whether the chunk that is out repeats words of others, see #countCrossing. */
  #isCrossing = false;
  /** Whether the tables hold counts that may be shown. */
  #showsTables = true;
  #liveTop: LiveTop | undefined;
  /** The slot that was asked for last. */
  #acquiring: InputSlot | Promise<InputSlot | undefined> | undefined;

  constructor(job: RunOwner, block: JobBlock, tasks: RunTasks, context: EngineContext) {
    this.#job = job;
    this.#block = block;
    this.#tasks = tasks;
    this.#context = context;
    this.#slots = runsUserCode(job.kernel) ? context.userSlots : context.slots;
    this.chunks = new ChunkLedger(this.#slots);
    this.#lines = job.kernel?.isTrusted ? new LineCounts() : undefined;
  }

  /**
   * Puts a chunk into a slot, waiting for a free one, and hands it to the scheduler.
   *
   * @throws {JobError} `invalid_parameter` or `out_of_memory` if the job's filters cannot be used.
   */
  async count(chunk: Chunk): Promise<void> {
    const settled = this.parts === 0 ? this.#settleKeys() : undefined;
    if (settled) await settled;
    const { text } = chunk;
    const bytes = text.length;
    const isPiece = !(text instanceof Uint8Array);
    const name = this.#nameOf(chunk);
    const slot = await this.#slotFor(bytes + nameBytes(name) + (isPiece ? PIECE_ROOM : 0));
    const part = this.parts++;
    const start = this.chunks.put(part, slot, chunk, name);
    if (chunk.opens || chunk.lineFeedsBefore) this.#lines?.open(part, chunk.lineFeedsBefore);
    this.chunks.bytesIn += bytes;
    this.attempts++;
    if (chunk.opens) this.#stitcher?.open(part);
    // A text that is counted in a single task leaves no edges.
    const isWhole = chunk.last && part === 0 && !this.#job.part;
    this.#tasks.submit(this.#kindOf(isWhole, isPiece), part, bytes, start, bytes);
  }

  /** The name of the part of the input that a chunk is of, where keys may hold it. */
  #nameOf({ partName = this.#job.part?.name ?? ONLY_PART }: Chunk): Uint8Array | undefined {
    return this.#job.kernel?.manifest.namesParts ? encoder.encode(partName) : undefined;
  }

  #kindOf(isWhole: boolean, isPiece: boolean): TaskKind {
    if (isPiece) return isWhole ? TaskKind.countFile : TaskKind.mapFile;
    if (runsUserCode(this.#job.kernel)) return isWhole ? TaskKind.countUser : TaskKind.mapUser;
    return isWhole ? TaskKind.count : TaskKind.map;
  }

  /** Says what keys are made of, which depends on the options and the input. */
  #settleKeys(): Promise<void> | undefined {
    const { options, text, kernel } = this.#job;
    if (kernel) return this.#settleUserKeys(kernel);
    const filters = this.#context.encodeFilters(options, text.isKeys);
    if (filters instanceof Promise) return filters.then((loaded) => this.#setKeys(loaded));
    this.#setKeys(filters);
  }

  /** Gives the workers the job's kernel, of whose output any key may be. */
  async #settleUserKeys(kernel: RunnableKernel): Promise<void> {
    const { options, text, records } = this.#job;
    if (text.isKeys) throw kernelOverWords(kernel.id);
    const filters = await this.#context.encodeFilters(options, true);
    const encoded = await encodeKernel(kernel, records!);
    this.#tasks.throwIfEnded();
    this.#setKeys(filters);
    if (this.#block.setKernel(encoded)) return;
    throw noRoomForKernel(encoded.module.length + encoded.options.length);
  }

  #setKeys(filters: JobFilters): void {
    const { options, text, kernel, records } = this.#job;
    const byTokens = stopsTokens(options, filters);
    const flags = encodeFlags(options, byTokens, records);
    this.#block.setFlags(flags | (kernel?.isTrusted ? FLAG_RECORDS : 0));
    if (!this.#block.setFilters(filters)) throw noRoomForFilters(filters);
    if (isApprox(options, records)) this.#countApproximately();
    if (kernel && areDrained(records, options)) this.#block.expectDrained();
    else if (holdValues(records)) this.#expectValues();
    else if (text.isKeys || kernel) this.#block.expectKeys(options.n);
    this.#filters = filters;
    const separator = byTokens ? TOKEN_SEPARATOR : SPACE;
    if (options.n > 1) this.#stitcher = new EdgeStitcher(options.n, separator);
    text.edges?.forEach((edges, i) => this.#stitcher?.add(1 + i, edges)); // behind an empty chunk
  }

  #expectValues(): void {
    const bits = planScatter(this.#job, this.#context);
    if (bits > 0) this.#block.expectScattered(bits, this.#job.areCounts);
    else this.#block.expectValues();
  }

  #countApproximately(): void {
    if (this.#block.countApproximately(this.#job.firstStage)) return;
    throw outOfMemory(this.#context.jobRoom.pageLimit, "what leaves its tables");
  }

  async #slotFor(bytes: number): Promise<InputSlot> {
    const { jobRoom } = this.#context;
    const slots = this.#slots;
    const slot = bytes > slots.chunkBytes
      ? await this.#largeSlot(bytes)
      : await (this.#acquiring = slots.acquire());
    if (!slot) {
      this.#tasks.throwIfEnded();
      throw noPlaceToSplit(bytes, jobRoom.pageLimit * PAGE_BYTES);
    }
    if (!this.#tasks.end) return slot;
    slots.release(slot);
    throw this.#tasks.end;
  }

  /**
   * A slot of its own for a long chunk. It waits until those before it are counted, if they leave no
   * room for it or have their share of the memory.
   */
  async #largeSlot(bytes: number): Promise<InputSlot | undefined> {
    const most = this.#context.jobRoom.pageLimit * PAGE_BYTES / LARGE_SHARE;
    for (;;) {
      const { areIdle } = this.#tasks;
      if (areIdle) this.#largeBytes = 0;
      if (areIdle || this.#largeBytes + bytes <= most) {
        const slot = this.#slots.acquireLarge(bytes, this.#block.owner);
        if (slot) this.#largeBytes += bytes;
        if (slot || areIdle) return slot;
      }
      await this.#tasks.idle();
      this.#tasks.throwIfEnded();
    }
  }

  /**
   * Resolves when all chunks are counted, and with them the n-grams that cross from one into
   * another.
   *
   * @throws {JobError} `invalid_utf8`, or why the run ends.
   */
  async finish(): Promise<void> {
    const tasks = this.#tasks;
    while (!tasks.areIdle) await tasks.idle(); // a small job is spared the promise of finished()
    tasks.throwIfEnded();
    if (this.chunks.isInvalid) throw this.#explainInvalid();
    if (this.#stitcher) await this.#countCrossing(this.#stitcher.records());
    this.hideTables();
  }

  #explainInvalid(): JobError {
    const { text, kernel } = this.#job;
    const { part, isBroken, fault, own } = this.chunks.invalid!;
    const offset = this.chunks.invalidOffset + text.skippedBytes;
    const place = text.place?.(offset);
    const inPart = own && place?.part === undefined && { part: own.index, offset: own.offset };
    const before = this.#lines?.before(part);
    // Chunks of other records begin where lines do.
    const mayBeginAmidst = part > 0 && /^(chunk|fixed)/.test(kernel?.manifest.records ?? "");
    const hasColumn = fault && !(mayBeginAmidst && fault.lineFeeds === 0);
    return explainInvalid(offset, {
      isBroken,
      place: { ...place, ...inPart },
      reason: fault?.reason,
      line: fault && before !== undefined ? before + fault.lineFeeds + 1 : undefined,
      column: hasColumn && fault.column || undefined,
    });
  }

  /** Counts the n-grams that no chunk holds whole, as keys of one more chunk. */
  async #countCrossing(keys: Uint8Array): Promise<void> {
    if (keys.length === 0) return;
    this.#block.expectKeys(1);
    this.#isCrossing = true;
    const slot = await this.#slotFor(keys.length);
    this.chunks.put(this.parts, slot, { text: keys, offset: 0 });
    this.#tasks.submit(TaskKind.map, this.parts, keys.length, slot.address, keys.length);
    await this.#tasks.finished();
    this.#isCrossing = false;
  }

  /** The run has ended: it waits for no slot that other jobs may hold for long. */
  leaveSlots(): void {
    if (this.#acquiring instanceof Promise) this.#slots.leave?.(this.#acquiring);
  }

  // ---- chunks that come back ---------------------------------------------------------------------

  noteCounted(result: Result): void {
    if (this.#isCrossing) return;
    this.chunks.add(result);
    const { part, edges, edgesBytes, lineFeeds } = result;
    this.#lines?.add(part, lineFeeds!);
    if (edgesBytes === 0) return;
    this.#stitcher?.add(part, parseEdges(this.#block.takePages(edges, edgesBytes)));
  }

  /** A chunk cannot be read. */
  noteInvalid(result: Result): void {
    const { start, bytes } = result;
    this.chunks.addInvalid(result, this.#context.heap.bytes.subarray(start, start + bytes));
  }

  /** A task goes to a worker once more. */
  noteRetried(task: Task): void {
    if (this.#isAttempt(task)) this.attempts++;
  }

  /** A task was taken back from the scheduler: no worker has had it. */
  noteWithdrawn(task: Task): void {
    if (this.#isAttempt(task)) this.attempts--;
    if (task.start !== 0) this.chunks.release(task.part);
  }

  /** Whether a task counts a chunk of the text. */
  #isAttempt({ start }: Task): boolean {
    return start !== 0 && !this.#isCrossing;
  }

  /** Where the chunk of a task begins in the input; undefined if the task has none, or none of that. */
  offsetOf(task: Task): number | undefined {
    const { text } = this.#job;
    const offset = text.isMade ? undefined : this.chunks.offsetOf(task);
    return offset === undefined ? undefined : offset + text.skippedBytes;
  }

  /** The words at the edges of the text, where they were asked for and keys may reach over them. */
  get edges(): EdgeWords | undefined {
    return this.#job.part ? this.#stitcher?.edges : undefined;
  }

  // ---- what clients see meanwhile ----------------------------------------------------------------

  /** The largest counts so far, about; none before the first chunk and from the reduce on. */
  peek(top: number): KeyCount[] {
    if (!this.#showsTables || this.#filters === undefined) return [];
    const { heap, normalize } = this.#context;
    const { options, records } = this.#job;
    this.#liveTop ??= new LiveTop(
      heap,
      this.#block.index,
      options,
      normalize,
      this.#filters.words,
      records?.finishesWords,
    );
    return this.#liveTop.read(top, this.chunks.counters.tokens);
  }

  /** The tables are not, or not any more, those of a run that counts. */
  hideTables(): void {
    this.#showsTables = false;
  }
}
