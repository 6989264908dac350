import type { ChunkText } from "../input/splitter.ts";
import type { InputSlot, InputSlots } from "../shared/input_slots.ts";

/** Where chunks of a job are put. */
export interface ChunkSlots
  extends Pick<InputSlots, "acquireLarge" | "chunkBytes" | "fill" | "release"> {
  /** As `InputSlots.acquire`; a wait that `leave` has ended gives nothing. */
  acquire(): InputSlot | Promise<InputSlot | undefined>;
  /** Ends a wait. */
  leave?(waiting: Promise<InputSlot | undefined>): void;
}

/**
 * A part of the input slots, for chunks that may wait long: chunks of user kernels wait until fewer
 * tasks run user code, and must leave slots to other jobs meanwhile.
 */
export class SlotShare implements ChunkSlots {
  readonly #slots: InputSlots;
  readonly #most: number;
  #held = 0;
  /** The waits, in their order, and what ends each. */
  readonly #waiting = new Map<Promise<InputSlot | undefined>, (slot?: InputSlot) => void>();

  /** @param most Most slots that are in use at once. */
  constructor(slots: InputSlots, most: number) {
    this.#slots = slots;
    this.#most = most;
  }

  get chunkBytes(): number {
    return this.#slots.chunkBytes;
  }

  acquire(): InputSlot | Promise<InputSlot | undefined> {
    if (this.#held < this.#most) {
      this.#held++;
      return this.#slots.acquire();
    }
    const { promise, resolve } = Promise.withResolvers<InputSlot | undefined>();
    this.#waiting.set(promise, resolve);
    return promise;
  }

  leave(waiting: Promise<InputSlot | undefined>): void {
    this.#waiting.get(waiting)?.();
    this.#waiting.delete(waiting);
  }

  acquireLarge(bytes: number, owner: number): InputSlot | undefined {
    return this.#slots.acquireLarge(bytes, owner);
  }

  fill(slot: InputSlot, text: ChunkText, name?: Uint8Array): number {
    return this.#slots.fill(slot, text, name);
  }

  release(slot: InputSlot): void {
    if (slot.pages === 0) {
      for (const [waiting, resolve] of this.#waiting) {
        this.#waiting.delete(waiting);
        return resolve(slot);
      }
      this.#held--;
    }
    this.#slots.release(slot);
  }
}
