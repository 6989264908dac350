import { BlockPool } from "./block_pool.ts";
import type { CloseFile, WriteBlock, Written } from "./disk_messages.ts";

const ENTRY = new URL("./disk_thread.ts", import.meta.url);

/**
 * Writes blocks of files by a thread of its own, past the system's cache: the processor copies
 * nothing then, and little is left for the sync at the end. The thread starts with the first block.
 *
 * 1. Blocks are written one after the other, in the order in which they came.
 * 2. Each write is answered once, or fails. Its block is the disk's until then.
 */
export class Disk {
  /** Buffers for blocks. */
  readonly blocks = new BlockPool();
  readonly #writing = new Map<number, PromiseWithResolvers<boolean>>();
  #worker: Worker | undefined;
  #names = 0;

  /** A name for a file, for the writes of its blocks. */
  name(): number {
    return ++this.#names;
  }

  /**
   * Writes a block into a file that is there.
   *
   * @returns Whether it went past the cache.
   * @throws {Error} What the system said, or that the thread is gone.
   */
  write(block: Omit<WriteBlock, "id">): Promise<boolean> {
    const id = ++this.#names;
    const writing = Promise.withResolvers<boolean>();
    this.#writing.set(id, writing);
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id, ...block } satisfies WriteBlock);
    return writing.promise;
  }

  /** Ends the use of a file of which nothing is being written. */
  closeFile(file: number): void {
    this.#worker?.postMessage({ close: file } satisfies CloseFile);
  }

  /** Ends the thread; writes under way fail. */
  close(): void {
    this.#lose("the store is closed");
  }

  #start(): Worker {
    const worker = new Worker(ENTRY, { type: "module", name: "millrace-disk" });
    worker.onmessage = ({ data: { id, isDirect, error } }: MessageEvent<Written>) => {
      const { resolve, reject } = this.#writing.get(id)!;
      this.#writing.delete(id);
      if (error === undefined) resolve(isDirect!);
      else reject(new Error(error));
    };
    worker.onerror = (event) => {
      event.preventDefault(); // else it would end the process
      this.#lose(event.message);
    };
    return worker;
  }

  /** The next write starts another thread. */
  #lose(why: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const lost = new Error(`the thread that writes was lost, ${why}`);
    for (const { reject } of this.#writing.values()) reject(lost);
    this.#writing.clear();
  }
}
