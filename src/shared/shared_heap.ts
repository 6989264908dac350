import {
  PAGE_BYTES,
  PAGE_CAPACITY,
  PAGE_COUNT,
  PAGE_ENGINE,
  PAGE_MAP,
  PAGES,
  SEEDS,
} from "../../assembly/layout.ts";
import { PageMap } from "./page_map.ts";

/** How many hash multipliers an engine draws. */
const SEED_COUNT = 8;

/**
 * The one shared memory of an engine, with the views that host and workers use.
 *
 * Its size is fixed: kernels compile to shorter code where the bounds never move, and a page that
 * was never touched costs address space only. The layout is `assembly/layout.ts`.
 */
export class SharedHeap {
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly pages: PageMap;

  private constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    // The memory is created shared, which lib.dom's type of `buffer` does not tell.
    const buffer = memory.buffer as unknown as SharedArrayBuffer;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.pages = new PageMap(this.words, this.bytes);
  }

  /**
   * Makes a new memory and initialises what every kernel reads: page count, page map, seeds.
   *
   * @param bytes Size of the memory, rounded down to whole pages; at most 4 GiB.
   * @throws {RangeError} If the size leaves no page for tables, or the system cannot reserve it.
   */
  static create(bytes: number): SharedHeap {
    const pages = Math.min(Math.floor(bytes / PAGE_BYTES), PAGE_CAPACITY);
    if (pages <= PAGES / PAGE_BYTES) {
      throw new RangeError(
        `Cannot create shared memory: ${bytes} bytes leave no page above the first ${PAGES}`,
      );
    }
    const heap = new SharedHeap(
      new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }),
    );
    heap.words[PAGE_COUNT >> 2] = pages;
    heap.words.fill(PAGE_ENGINE, PAGE_MAP >> 2, (PAGE_MAP + PAGES / PAGE_BYTES * 4) >> 2);
    // The last page stays unused, so that an end address never wraps to zero.
    heap.words[(PAGE_MAP >> 2) + pages - 1] = PAGE_ENGINE;
    heap.#seed();
    return heap;
  }

  /** Views on a memory that another thread created. */
  static attach(memory: WebAssembly.Memory): SharedHeap {
    return new SharedHeap(memory);
  }

  /** The u32 at an address, as it is now. */
  word(address: number): number {
    return Atomics.load(this.words, address >>> 2) >>> 0;
  }

  /** Odd multipliers make multiply–shift hashing universal (Dietzfelbinger et al., 1997). */
  #seed(): void {
    const seeds = crypto.getRandomValues(new Uint32Array(SEED_COUNT * 2));
    for (let i = 0; i < seeds.length; i += 2) seeds[i] |= 1;
    this.words.set(new Int32Array(seeds.buffer), SEEDS >> 2);
  }
}
