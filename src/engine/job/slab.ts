/** Small copies share a buffer of this size. */
const SLAB_BYTES = 64 * 1024;

/** Larger copies get a buffer of their own. */
const SMALL_BYTES = 8 * 1024;

/** Copies start at multiples of this. */
const ALIGNMENT = 8;

/**
 * Copies bytes out of shared memory, small ones side by side into one buffer: a buffer of its own
 * costs a small answer some 3 µs, most of it in the garbage collector.
 *
 * A copy keeps its whole slab alive: copy it once more to keep it for long.
 */
export class Slab {
  #slab = new Uint8Array(0);
  #used = 0;

  /** A copy of `bytes`, which is the caller's. */
  copy(bytes: Uint8Array): Uint8Array {
    const size = bytes.length;
    if (size > SMALL_BYTES) return bytes.slice();
    if (this.#used + size > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + size);
    copy.set(bytes);
    this.#used += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    return copy;
  }
}
