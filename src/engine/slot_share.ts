import type { InputSlot, InputSlots } from "../shared/input_slots.ts";

/** Where chunks of a job are put. */
export type ChunkSlots = Pick<
  InputSlots,
  "acquire" | "acquireLarge" | "chunkBytes" | "fill" | "release"
>;

/**
 * A part of the input slots, for chunks that may wait long: chunks of user kernels wait until fewer
 * tasks run user code, and must leave slots to other jobs meanwhile.
 */
export class SlotShare implements ChunkSlots {
  readonly #slots: InputSlots;
  readonly #most: number;
  #held = 0;
  readonly #waiting: ((slot: InputSlot) => void)[] = [];

  /** @param most Most slots that are in use at once. */
  constructor(slots: InputSlots, most: number) {
    this.#slots = slots;
    this.#most = most;
  }

  get chunkBytes(): number {
    return this.#slots.chunkBytes;
  }

  acquire(): InputSlot | Promise<InputSlot> {
    if (this.#held >= this.#most) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#held++;
    return this.#slots.acquire();
  }

  acquireLarge(bytes: number, owner: number): InputSlot | undefined {
    return this.#slots.acquireLarge(bytes, owner);
  }

  fill(slot: InputSlot, text: Uint8Array): void {
    this.#slots.fill(slot, text);
  }

  release(slot: InputSlot): void {
    const next = slot.pages === 0 ? this.#waiting.shift() : undefined;
    if (next) return next(slot);
    if (slot.pages === 0) this.#held--;
    this.#slots.release(slot);
  }
}
