import { PAGE_BYTES, PARTITION_CAPACITY } from "../../assembly/layout.ts";
import { jobOwner } from "../../src/shared/page_map.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import type { SpillMessage } from "../../src/shared/messages.ts";
import type { Task } from "../../src/shared/task.ts";
import type { KernelExports } from "../kernel_host.ts";
import type { RunFile } from "./run_file.ts";

/** A part of the shared memory that this thread may write. */
export interface Region {
  address: number;
  bytes: number;
}

/** Runs go out in writes of this size. */
const WRITE_BYTES = 64 * 1024;
/** A smaller region is no better than the thread's own. */
const LEAST_REGION_PAGES = 16;

/** Where one thread makes its batches and merges, and from where it writes batches to files. */
export class SpillRoom {
  readonly #heap: SharedHeap;
  readonly #options: SpillMessage;
  readonly #kernel: KernelExports;

  constructor(heap: SharedHeap, options: SpillMessage, kernel: KernelExports) {
    this.#heap = heap;
    this.#options = options;
    this.#kernel = kernel;
  }

  /** Takes about as many pages of the job as asked for, or else the thread's own region. */
  take(task: Task, pages: number): Region & Disposable {
    pages = Math.min(pages, this.#options.batchPages);
    for (; pages >= LEAST_REGION_PAGES; pages = Math.floor(pages * 3 / 4)) {
      const region = this.takeExactly(task, pages);
      if (region) return region;
    }
    const { area, areaBytes } = this.#options;
    return { address: area, bytes: areaBytes - WRITE_BYTES, [Symbol.dispose]: () => {} };
  }

  /** Takes so many pages of the job; undefined when there are not as many in a row. */
  takeExactly({ job }: Task, pages: number): Region & Disposable | undefined {
    const address = this.#heap.pages.allocate(pages, jobOwner(job), false);
    if (address === 0) return undefined;
    const free = () => this.#heap.pages.free(address, pages);
    return { address, bytes: pages * PAGE_BYTES, [Symbol.dispose]: free };
  }

  /** Writes the kernel's batch as a run; the bytes of its sections stand at the region's front. */
  writeBatch(file: RunFile, { address }: Region): void {
    const { bytes, words } = this.#heap;
    const out = this.#options.area + this.#options.areaBytes - WRITE_BYTES;
    file.begin();
    for (let size; (size = this.#kernel.drainBatch(out, WRITE_BYTES)) > 0;) {
      file.write(bytes.subarray(out, out + size));
    }
    const sections = words.subarray(address >>> 2, (address >>> 2) + PARTITION_CAPACITY);
    file.end(Array.from(sections, (size) => size >>> 0));
  }
}
