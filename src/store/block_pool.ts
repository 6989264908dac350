/** What is written at once. */
export const BLOCK_BYTES = 2 * 1024 * 1024;

const BLOCKS_PER_SLAB = 16;
/** A page of WebAssembly. */
const PAGE_BYTES = 64 * 1024;

type Block = Uint8Array<SharedArrayBuffer>;

/**
 * Blocks of BLOCK_BYTES that two threads may share, and that begin where a page of the system does,
 * as writes past its cache demand: memories of WebAssembly promise that, and other buffers do not. A
 * page of a block costs memory from when it is first used on.
 */
export class BlockPool {
  /** The free blocks of each memory. */
  readonly #slabs = new Map<SharedArrayBuffer, Block[]>();

  take(): Block {
    for (const free of this.#slabs.values()) if (free.length > 0) return free.pop()!;
    const pages = BLOCKS_PER_SLAB * BLOCK_BYTES / PAGE_BYTES;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const buffer = memory.buffer as unknown as SharedArrayBuffer;
    const free = Array.from(
      { length: BLOCKS_PER_SLAB },
      (_, i) => new Uint8Array(buffer, i * BLOCK_BYTES, BLOCK_BYTES),
    );
    this.#slabs.set(buffer, free);
    return free.pop()!;
  }

  /** Takes a block back. All but one memory are let go of when nobody uses them. */
  give(block: Block): void {
    const free = this.#slabs.get(block.buffer)!;
    free.push(block);
    if (free.length === BLOCKS_PER_SLAB && this.#slabs.size > 1) this.#slabs.delete(block.buffer);
  }
}
