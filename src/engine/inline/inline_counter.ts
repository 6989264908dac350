import {
  JOB_TABLES,
  OK,
  OUT_OF_PAGES,
  PAGE_BYTES,
  PAGE_ENGINE,
  PAGES,
  SCRATCH_BYTES,
  TEXT_PADDING,
} from "../../../assembly/layout.ts";
import { KernelHost, type KernelImports } from "../../../workers/kernel_host.ts";
import type { Segment } from "../../reduce/segment.ts";
import { copyToShared } from "../../shared/copy_to_shared.ts";
import { JobBlock } from "../../shared/job_block.ts";
import type { JobRoom } from "../../shared/job_terms.ts";
import { SharedHeap } from "../../shared/shared_heap.ts";
import { copySegment } from "../job/copy_segment.ts";
import type { InlineJob } from "./inline_job.ts";

/** Longest text that is counted inline: it takes some 50 µs, for which the thread answers nobody. */
export const INLINE_BYTES = 8 * 1024;

/** Longest text that has a place, for who does not mind how long a count takes. */
export const MOST_INLINE_BYTES = PAGE_BYTES - TEXT_PADDING;

/**
 * Pages of a counter's memory: layout, scratch, text, and what the tables of such a text need at
 * most. Untouched ones take address space alone.
 */
export const INLINE_PAGES = PAGES / PAGE_BYTES + 64;

/** What a counter's memory has room for. */
export interface CounterRoom {
  /** Pages of the memory in all. */
  pages: number;
  /** Those of them where a text stands, with TEXT_PADDING behind it. */
  textPages: number;
}

const STANDARD_ROOM: CounterRoom = { pages: INLINE_PAGES, textPages: 1 };

/** No bound but the memory, and no disk. */
const ROOM: JobRoom = Object.freeze({ pageLimit: 0, tablePages: 0, spillBits: 0 });

/** What the last count gave beside its segment. */
export interface InlineOutcome {
  /** OK, INVALID_UTF8, or OUT_OF_PAGES: then threads, which have more memory, may count the text. */
  status: number;
  tokens: number;
  /** U+FFFD that were put in the place of what is not UTF-8. */
  replaced: number;
  /** Where the text is not UTF-8; for INVALID_UTF8. */
  offset: number;
  /** Keys that pass the filters, and the sum of their counts. */
  distinct: number;
  counted: number;
  /** Edge words, which a text in one piece has no use for. */
  edges: number;
  edgesBytes: number;
}

/**
 * Counts short texts on the thread that calls it, by an instance of the kernel over a memory of its
 * own: a hop to another thread and back costs more than they do.
 *
 * A job takes its pages one after the other from the memory's beginning, so that the next one finds
 * the same pages in the caches; each is wiped when it is taken.
 */
export class InlineCounter {
  readonly outcome: InlineOutcome = {
    status: OK,
    tokens: 0,
    replaced: 0,
    offset: 0,
    distinct: 0,
    counted: 0,
    edges: 0,
    edgesBytes: 0,
  };
  readonly #heap: SharedHeap;
  readonly #kernel: KernelHost;
  readonly #block: JobBlock;
  readonly #text: number;

  /**
   * @param module The kernel, compiled for a memory of so many pages.
   * @param room What the memory is for. @default {texts of MOST_INLINE_BYTES, in INLINE_PAGES}
   * @param imports For a kernel that imports more than memory.
   * @throws {RangeError} If there is no memory for it.
   */
  constructor(
    module: WebAssembly.Module,
    { pages, textPages } = STANDARD_ROOM,
    imports?: KernelImports,
  ) {
    const heap = this.#heap = SharedHeap.create(pages * PAGE_BYTES);
    const scratch = heap.pages.allocate(SCRATCH_BYTES / PAGE_BYTES, PAGE_ENGINE);
    this.#text = heap.pages.allocate(textPages, PAGE_ENGINE);
    this.#kernel = new KernelHost(module, heap, scratch, imports);
    this.#block = new JobBlock(heap, 0);
  }

  /**
   * Counts a text of at most INLINE_BYTES, or a longer one that has a place, for whose keys there may
   * be no room. Texts that ICU cuts, and keys of user kernels, are not for it.
   *
   * @returns The answer, which is the caller's; undefined if `outcome.status` is not OK.
   * @throws {WebAssembly.RuntimeError} If the kernel traps: then this counter is of no more use.
   */
  count(text: Uint8Array, { terms, flags, filters }: InlineJob): Segment | undefined {
    const block = this.#block;
    const { outcome } = this;
    block.open(terms, ROOM);
    block.setFlags(flags);
    outcome.status = block.setFilters(filters) ? this.#run(text) : OUT_OF_PAGES;
    const isWhole = outcome.status === OK;
    outcome.distinct = block.distinct;
    outcome.counted = block.counted;
    const segment = isWhole ? copySegment(block) : undefined;
    block.close(!isWhole || outcome.edgesBytes > 0);
    return segment;
  }

  #run(text: Uint8Array): number {
    const { bytes } = this.#heap;
    const { exports } = this.#kernel;
    const job = this.#block.address;
    const start = this.#text;
    const end = start + text.length;
    copyToShared(bytes, text, start);
    bytes.fill(0, end, end + TEXT_PADDING);
    const mapped = exports.mapChunk(job, 0, start, text.length, 0, 0);
    this.#kernel.readOutcome(this.outcome);
    if (mapped !== OK) return mapped;
    if (this.#heap.words[(job + JOB_TABLES) >> 2] !== 0) {
      const partitioned = exports.partitionTable(job, 0);
      if (partitioned !== OK) return partitioned;
    }
    return exports.reducePartition(job, 0) || exports.finishJob(job);
  }
}
