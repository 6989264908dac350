import {
  PAGE_BYTES,
  PAGE_COUNT,
  PAGE_DIRTY,
  PAGE_ENGINE,
  PAGE_FRESH,
  PAGE_JOB,
  PAGE_MAP,
  PAGES,
  RESERVE_END,
  RESERVE_FIRST,
} from "../../assembly/layout.ts";

const FIRST = PAGES / PAGE_BYTES;
const MAP = PAGE_MAP >> 2;
const RESERVE = RESERVE_FIRST >> 2;

/** Pages by state; `fresh` pages have never been touched and cost no memory yet. */
export interface PageUsage {
  total: number;
  fresh: number;
  free: number;
  engine: number;
  jobs: number;
}

/**
 * The page allocator as the host and the worker threads see it; `assembly/memory/pages.ts` is the same
 * protocol inside the kernels. Roles: any thread allocates and frees.
 *
 * 1. A page's word is PAGE_FRESH or PAGE_DIRTY while the page is free, else it names the owner.
 * 2. A thread takes a free page by one compare-exchange of its word; then it owns the page's bytes.
 * 3. Only the owner marks a page free, after the last access to its bytes.
 * 4. A span is taken page by page; on a lost race the pages taken so far are given back, so no
 *    thread ever waits for another: the allocator is lock-free.
 * 5. A page of the workers' reserves is PAGE_ENGINE while it is free. Each worker takes pages of its
 *    own part only; a thread that frees one gives it back to that part.
 *
 * The owner of every page is known at any time, so what a dead worker or a cancelled job held is
 * found by one scan of the map.
 */
export class PageMap {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;

  constructor(words: Int32Array<SharedArrayBuffer>, bytes: Uint8Array<SharedArrayBuffer>) {
    this.#words = words;
    this.#bytes = bytes;
  }

  /**
   * Takes `count` contiguous pages, first fit.
   *
   * @param zero Whether their bytes must be zero.
   * @returns The address of the first page, or 0 when no such span is free.
   */
  allocate(count: number, owner: number, zero = true): number {
    const limit = this.total;
    let start = FIRST;
    while (start + count <= limit) {
      const taken = this.#take(start, count, owner, zero);
      if (taken === count) return start * PAGE_BYTES;
      start += taken + 1; // page start + taken has another owner
    }
    return 0;
  }

  /** Takes up to `count` pages from `start` on; all of them, or none and how many were free. */
  #take(start: number, count: number, owner: number, zero: boolean): number {
    const words = this.#words;
    for (let i = 0; i < count; i++) {
      const word = MAP + start + i;
      const state = Atomics.load(words, word);
      // The exchange pairs with the free() that stored PAGE_DIRTY: the last accesses of the owner
      // before happened before those of the caller.
      if (state > PAGE_DIRTY || Atomics.compareExchange(words, word, state, owner) !== state) {
        this.free(start * PAGE_BYTES, i);
        return i;
      }
      if (zero && state === PAGE_DIRTY) {
        const address = (start + i) * PAGE_BYTES;
        this.#bytes.fill(0, address, address + PAGE_BYTES);
      }
    }
    return count;
  }

  /** Gives back `count` pages, which the caller owns. */
  free(address: number, count: number): void {
    const first = MAP + address / PAGE_BYTES;
    const state = this.#freeState(first);
    // PUBLISHES the owner's last accesses; pairs with the compare-exchange of the next owner.
    for (let i = 0; i < count; i++) Atomics.store(this.#words, first + i, state);
  }

  /** The state of a page that is free; `word` is its index in the map. */
  #freeState(word: number): number {
    const page = word - MAP;
    const reserved = page >= this.#words[RESERVE] && page < this.#words[RESERVE_END >> 2];
    return reserved ? PAGE_ENGINE : PAGE_DIRTY;
  }

  /**
   * Takes the reserves of all workers, once, before any of them starts.
   *
   * @returns Their address, or 0 when no such span is free.
   */
  reserve(count: number): number {
    const address = this.allocate(count, PAGE_ENGINE);
    this.#words[RESERVE] = address / PAGE_BYTES;
    this.#words[RESERVE_END >> 2] = address === 0 ? 0 : address / PAGE_BYTES + count;
    return address;
  }

  /**
   * Frees every page of one owner; no thread may touch them any more.
   *
   * @param most So many pages it has, if that is known: the search ends with the last of them.
   * @returns How many pages were freed.
   */
  release(owner: number, most = Infinity): number {
    const limit = MAP + this.total;
    let freed = 0;
    for (let word = MAP + FIRST; word < limit && freed < most; word++) {
      if (this.#words[word] === owner) {
        // PUBLISHES the owner's last accesses, as free() does.
        Atomics.store(this.#words, word, this.#freeState(word));
        freed++;
      }
    }
    return freed;
  }

  /** Whether any of `count` pages is an owner's. */
  holds(owner: number, address: number, count: number): boolean {
    const first = MAP + address / PAGE_BYTES;
    for (let i = 0; i < count; i++) {
      if (Atomics.load(this.#words, first + i) === owner) return true;
    }
    return false;
  }

  /** Pages in the memory, those of the layout included. */
  get total(): number {
    return Atomics.load(this.#words, PAGE_COUNT >> 2);
  }

  /** Counts the pages by state; a snapshot that other threads may outdate at once. */
  usage(): PageUsage {
    const { total } = this;
    const usage = { total, fresh: 0, free: 0, engine: 0, jobs: 0 };
    for (let word = MAP; word < MAP + total; word++) {
      const state = this.#words[word];
      if (state === PAGE_FRESH) usage.fresh++;
      else if (state === PAGE_DIRTY) usage.free++;
      else if (state === PAGE_ENGINE) usage.engine++;
      else usage.jobs++;
    }
    return usage;
  }
}

/** The owner tag of a job's pages. */
export const jobOwner = (jobIndex: number): number => PAGE_JOB + jobIndex;
