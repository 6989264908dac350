import { PAGE_BYTES, PAGE_ENGINE, TEXT_PADDING } from "../../assembly/layout.ts";
import { copyToShared } from "./copy_to_shared.ts";
import { type FilePiece, writePiece } from "./file_piece.ts";
import { nameBytes, writeName } from "./part_name.ts";
import type { SharedHeap } from "./shared_heap.ts";

/** A region of shared memory that holds one chunk while a worker counts it. */
export interface InputSlot {
  /** Where it begins. */
  readonly address: number;
  /** Pages to give back when the slot was made for one chunk only; 0 for a pooled slot. */
  readonly pages: number;
}

/** Pages of a slot for so much text. */
export function slotPages(bytes: number): number {
  return Math.ceil((bytes + TEXT_PADDING) / PAGE_BYTES);
}

/**
 * The pool of input slots: the only room for text in shared memory, which so bounds the memory of a
 * stream. A full pool makes the reader wait, and TCP carries that back to the client.
 *
 * Roles: the host acquires and releases; a worker reads and writes a slot between taking the task
 * and publishing its result.
 */
export class InputSlots {
  readonly chunkBytes: number;
  /** Pooled slots, in use or not. */
  readonly count: number;
  readonly #heap: SharedHeap;
  readonly #free: InputSlot[] = [];
  readonly #waiting: ((slot: InputSlot) => void)[] = [];

  /**
   * @param chunkBytes Most text in a slot, which is rounded up to whole pages with the padding.
   * @throws {RangeError} If the memory cannot hold `count` slots.
   */
  constructor(heap: SharedHeap, count: number, chunkBytes: number) {
    this.#heap = heap;
    this.count = count;
    const pages = slotPages(chunkBytes);
    this.chunkBytes = pages * PAGE_BYTES - TEXT_PADDING;
    for (let i = 0; i < count; i++) {
      const address = heap.pages.allocate(pages, PAGE_ENGINE);
      if (address === 0) {
        throw new RangeError(
          `Cannot reserve ${count} input slots of ${pages * PAGE_BYTES} bytes: memory holds ${i}`,
        );
      }
      this.#free.push({ address, pages: 0 });
    }
  }

  /** Slots that no chunk occupies. */
  get available(): number {
    return this.#free.length;
  }

  /** Takes a slot, waiting in line for one when all are in use. */
  acquire(): InputSlot | Promise<InputSlot> {
    const slot = this.#free.pop();
    return slot ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Makes a slot for one chunk that is longer than the pooled ones.
   *
   * @returns The slot, or undefined when the memory has no such span.
   */
  acquireLarge(bytes: number, owner: number): InputSlot | undefined {
    const pages = slotPages(bytes);
    const address = this.#heap.pages.allocate(pages, owner);
    return address === 0 ? undefined : { address, pages };
  }

  /**
   * Copies a text into a slot and clears the padding that kernels may read; or says in the slot where
   * a worker finds the text.
   *
   * @param name Of the part that the text is of: it is put in front of the text.
   * @returns Where the text begins.
   */
  fill(slot: InputSlot, text: Uint8Array | FilePiece, name?: Uint8Array): number {
    const start = slot.address + nameBytes(name);
    if (name) writeName(this.#heap, start, name);
    if (text instanceof Uint8Array) {
      copyToShared(this.#heap.bytes, text, start);
      const end = start + text.length;
      this.#heap.bytes.fill(0, end, end + TEXT_PADDING);
    } else writePiece(this.#heap, start, text);
    return start;
  }

  release(slot: InputSlot): void {
    if (slot.pages > 0) {
      this.#heap.pages.free(slot.address, slot.pages);
      return;
    }
    const next = this.#waiting.shift();
    if (next) next(slot);
    else this.#free.push(slot);
  }
}
