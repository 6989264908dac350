/// <reference lib="deno.worker" />
import { PAGE_BYTES, PAGE_MAP } from "../../assembly/layout.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";
import { Random } from "../support/random.ts";

/** What a worker needs. */
export interface PageStressStart {
  memory: WebAssembly.Memory;
  owner: number;
  rounds: number;
  seed: number;
}

/** What a worker saw. */
export interface PageStressReport {
  allocated: number;
  /** Allocations that found no span. */
  failed: number;
  /** Words of new pages that were not zero. */
  dirty: number;
  /** Words of own pages that somebody else had written. */
  overwritten: number;
  /** Pages of own spans whose word did not name this owner. */
  foreign: number;
  /** Pages that the worker still holds, as one that died would. */
  kept: number;
}

const MOST_SPANS = 3;
const MOST_PAGES = 6;

/** Allocates, fills, verifies and frees spans in an order that the seed decides. */
class PageStress {
  readonly #heap: SharedHeap;
  readonly #owner: number;
  readonly #random: Random;
  readonly #spans: { address: number; pages: number; pattern: number }[] = [];
  readonly #report = { allocated: 0, failed: 0, dirty: 0, overwritten: 0, foreign: 0, kept: 0 };

  constructor({ memory, owner, seed }: PageStressStart) {
    this.#heap = SharedHeap.attach(memory);
    this.#owner = owner;
    this.#random = new Random(seed ^ owner);
  }

  run(rounds: number): PageStressReport {
    for (let round = 0; round < rounds; round++) {
      if (this.#spans.length < MOST_SPANS && this.#random.oneIn(2)) this.#allocate(round);
      else if (this.#spans.length > 0) this.#free(this.#random.below(this.#spans.length));
    }
    for (const { pages } of this.#spans) this.#report.kept += pages;
    return this.#report;
  }

  #allocate(round: number): void {
    const pages = this.#random.between(1, MOST_PAGES);
    const address = this.#heap.pages.allocate(pages, this.#owner);
    if (address === 0) {
      this.#report.failed++;
      return;
    }
    this.#report.allocated++;
    this.#report.dirty += this.#countOthers(address, pages, 0);
    const pattern = (this.#owner << 24) | (round + 1);
    this.#heap.words.fill(pattern, address >> 2, (address + pages * PAGE_BYTES) >> 2);
    this.#spans.push({ address, pages, pattern });
  }

  #free(index: number): void {
    const [{ address, pages, pattern }] = this.#spans.splice(index, 1);
    this.#report.overwritten += this.#countOthers(address, pages, pattern);
    for (let i = 0; i < pages; i++) {
      const word = (PAGE_MAP >> 2) + address / PAGE_BYTES + i;
      if (Atomics.load(this.#heap.words, word) !== this.#owner) this.#report.foreign++;
    }
    this.#heap.pages.free(address, pages);
  }

  /** Words of a span that differ from `expected`. */
  #countOthers(address: number, pages: number, expected: number): number {
    const { words } = this.#heap;
    const end = (address + pages * PAGE_BYTES) >> 2;
    let others = 0;
    for (let word = address >> 2; word < end; word++) if (words[word] !== expected) others++;
    return others;
  }
}

self.onmessage = ({ data }: MessageEvent<PageStressStart>) => {
  self.postMessage(new PageStress(data).run(data.rounds));
  self.close();
};
