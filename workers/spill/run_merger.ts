import {
  INPUT_BYTES,
  INPUT_CAPACITY,
  INPUT_END,
  INPUT_MORE,
  INPUT_NEXT,
  INPUT_USED_UP,
  MERGE_LAST,
  MERGE_SUMS,
  OK,
  OUT_OF_PAGES,
  OUTPUT_FULL,
  PAGE_BYTES,
  SCRATCH_INPUTS,
  SCRATCH_MERGE_INPUT,
  SCRATCH_MERGE_NEEDED,
  SCRATCH_MERGED_BYTES,
} from "../../assembly/layout.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import type { KernelExports } from "../kernel_host.ts";
import type { Section } from "./run_file.ts";
import type { Region } from "./spill_room.ts";

/** How to merge; see `openMerge` in `assembly/kernel.ts`. */
export interface MergeRule {
  order: number;
  /** Whether equal keys become one record, and whether no merge that sums follows. */
  sums: boolean;
  last: boolean;
  least: bigint;
  top: number;
}

/** Takes the merged records. */
export interface Output {
  /** Bytes that stay free in front of the records. */
  header: number;
  /** Records fill one part in so many of the region; `take` may use the rest. */
  divisor: number;
  /** Takes records from a region; returns a status. */
  take(from: Region, bytes: number): number;
}

/** Less than this per input would make every read a short one. */
const LEAST_WINDOW_BYTES = 8 * 1024;
const MOST_WINDOW_BYTES = 256 * 1024;
/** A slice puts out so many bytes, or fills its output so many times. */
const SLICE_BYTES = 32 * 1024 * 1024;
const SLICE_OUTPUTS = 8;

/** An input of a merge. `read`: bytes of its section that were read into its window so far. */
interface Input {
  section: Section;
  window: Region;
  read: number;
}

/**
 * Feeds one merge in the kernel: reads the sections into windows, and hands the merged records on.
 * A record that is larger than its window, or than the output, gets pages of its own.
 */
export class RunMerger implements Disposable {
  readonly #heap: SharedHeap;
  readonly #kernel: KernelExports;
  readonly #scratch: number;
  readonly #owner: number;
  readonly #inputs: Input[];
  readonly #spans: { address: number; pages: number }[] = [];
  #out: Region;
  #ended = false;

  /**
   * @param owner Tag of the pages that large records need.
   * @param region Room for windows, in its first half, and output.
   */
  constructor(
    heap: SharedHeap,
    kernel: KernelExports,
    scratch: number,
    owner: number,
    sections: Section[],
    region: Region,
  ) {
    this.#heap = heap;
    this.#kernel = kernel;
    this.#scratch = scratch;
    this.#owner = owner;
    const share = Math.floor(region.bytes / 2 / Math.max(1, sections.length));
    const bytes = Math.min(share, MOST_WINDOW_BYTES) & ~15;
    this.#inputs = sections.map((section, i) => ({
      section,
      window: { address: region.address + i * bytes, bytes },
      read: 0,
    }));
    const used = bytes * sections.length;
    this.#out = { address: region.address + used, bytes: region.bytes - used };
  }

  /** How many inputs a region has windows for. */
  static fanIn(region: Region): number {
    return Math.min(INPUT_CAPACITY, Math.floor(region.bytes / 2 / LEAST_WINDOW_BYTES));
  }

  /**
   * Merges a slice, or to the end.
   *
   * @param job Address of the job block.
   * @returns A status: OK when `rest` tells what is left.
   */
  run(job: number, rule: MergeRule, output: Output, sliced: boolean): number {
    for (let i = 0; i < this.#inputs.length; i++) this.#fill(i, 0);
    const { order, sums, last, least, top } = rule;
    const bits = (sums ? MERGE_SUMS : 0) | (last ? MERGE_LAST : 0);
    this.#kernel.openMerge(job, this.#inputs.length, order, bits, least, top);
    const { header, divisor, take } = output;
    let left = sliced ? Math.min(SLICE_BYTES, SLICE_OUTPUTS * this.#out.bytes) : Infinity;
    for (;;) {
      const room = Math.floor((this.#out.bytes - header) / divisor / 8) * 8;
      const status = this.#kernel.mergeNext(this.#out.address + header, room);
      const merged = this.#scratchWord(SCRATCH_MERGED_BYTES);
      if (status === INPUT_USED_UP) {
        if (!this.#fill(this.#scratchWord(SCRATCH_MERGE_INPUT))) return OUT_OF_PAGES;
      } else if (status === OUTPUT_FULL && merged === 0) {
        const needed = this.#scratchWord(SCRATCH_MERGE_NEEDED);
        if (!this.#enlargeOutput(header + needed * divisor + PAGE_BYTES)) return OUT_OF_PAGES;
      } else if (status === OUTPUT_FULL || status === OK) {
        const taken = merged > 0 ? take(this.#out, merged) : OK;
        left -= merged;
        this.#ended = status === OK;
        if (status === OK || left <= 0 || taken !== OK) return taken;
      } else {
        return status;
      }
    }
  }

  /** What is not merged yet; in a merge that sums, none of its keys has been put out. */
  rest(): Section[] {
    if (this.#ended) return [];
    const { words } = this.#heap;
    const sections = this.#inputs.map(({ section, read }, i) => {
      const word = (this.#scratch + SCRATCH_INPUTS + i * INPUT_BYTES) >>> 2;
      const held = (words[word + (INPUT_END >> 2)] >>> 0) - (words[word + (INPUT_NEXT >> 2)] >>> 0);
      const used = read - held;
      return { ...section, offset: section.offset + used, bytes: section.bytes - used };
    });
    return sections.filter(({ bytes }) => bytes > 0);
  }

  #scratchWord(offset: number): number {
    return this.#heap.word(this.#scratch + offset);
  }

  /** Reads on in a section: moves what is left to the window's front, and fills the rest. */
  #fill(index: number, needed = this.#scratchWord(SCRATCH_MERGE_NEEDED)): boolean {
    const { bytes, words } = this.#heap;
    const input = this.#inputs[index];
    const { section } = input;
    const word = (this.#scratch + SCRATCH_INPUTS + index * INPUT_BYTES) >>> 2;
    const isFirst = input.read === 0;
    const next = isFirst ? 0 : words[word + (INPUT_NEXT >> 2)] >>> 0;
    const held = isFirst ? 0 : (words[word + (INPUT_END >> 2)] >>> 0) - next;
    if (needed > input.window.bytes) {
      const window = this.#span(needed);
      if (!window) return false;
      input.window = window;
    }
    const { address } = input.window;
    bytes.copyWithin(address, next, next + held);
    const end = Math.min(address + held + section.bytes - input.read, address + input.window.bytes);
    const read = section.file.read(
      section.offset + input.read,
      bytes.subarray(address + held, end),
    );
    if (read < end - address - held) throw new RangeError("Cannot read a run: its file is short");
    input.read += read;
    words[word + (INPUT_NEXT >> 2)] = address;
    words[word + (INPUT_END >> 2)] = end;
    words[word + (INPUT_MORE >> 2)] = input.read < section.bytes ? 1 : 0;
    return true;
  }

  #enlargeOutput(bytes: number): boolean {
    const region = this.#span(bytes);
    if (region) this.#out = region;
    return region !== undefined;
  }

  #span(bytes: number): Region | undefined {
    const pages = Math.ceil(bytes / PAGE_BYTES);
    const address = this.#heap.pages.allocate(pages, this.#owner, false);
    if (address === 0) return undefined;
    this.#spans.push({ address, pages });
    return { address, bytes: pages * PAGE_BYTES };
  }

  [Symbol.dispose](): void {
    for (const { address, pages } of this.#spans) this.#heap.pages.free(address, pages);
  }
}
