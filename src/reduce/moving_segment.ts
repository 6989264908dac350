import { FileSegment, WINDOW_BYTES } from "./file_segment.ts";
import { BLOCK_BYTES, Segment, SegmentCursor } from "./segment.ts";

/**
 * A segment that is read once, and may move from memory to a file meanwhile: its cursors look through
 * a window, and do not notice where the bytes behind it come from.
 *
 * The records are in a resizable buffer: it has pages of its own, and gives them back to the system
 * when it shrinks to nothing. Other buffers of this size come from the heap of C, are collected late,
 * and stay with the process (20 of them, all collected, left 230 MiB resident). Cursors never read
 * from it directly: V8 makes code that has read from such a buffer slower with all arrays.
 *
 * It has one owner, which calls `close`.
 */
export class MovingSegment extends Segment {
  readonly #size: number;
  /** Empty once the records are in a file, or freed. */
  readonly #memory: Uint8Array<ArrayBuffer>;
  #file: FileSegment | undefined;
  #closed = false;
  #moving = false;
  #failure: Error | undefined;
  /** How many windows were filled: a change shows that a cursor reads. */
  reads = 0;

  /** @param records They are copied. */
  constructor(records: Uint8Array, keys: number) {
    super(new Uint8Array(0), keys);
    this.#size = records.byteLength;
    this.#memory = new Uint8Array(new ArrayBuffer(this.#size, { maxByteLength: this.#size }));
    this.#memory.set(records);
  }

  override get bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    this.#readAt(0, all);
    return all;
  }

  override get byteLength(): number {
    return this.#size;
  }

  /** 0 once it is closed. */
  override get memoryBytes(): number {
    if (this.inMemory) return this.#size;
    return this.#closed ? 0 : WINDOW_BYTES;
  }

  get inMemory(): boolean {
    return this.#memory.byteLength > 0; // V8 may take a length beyond 2 GiB for a negative one
  }

  override get mustClose(): boolean {
    return true;
  }

  override *blocks(): Generator<Uint8Array, void, void> {
    const block = new Uint8Array(Math.min(BLOCK_BYTES, this.#size));
    for (let at = 0; at < this.#size;) {
      const filled = this.#readAt(at, block);
      yield block.subarray(0, filled);
      at += filled;
    }
  }

  override records(position = 0): SegmentCursor {
    const window = new Uint8Array(Math.min(WINDOW_BYTES, this.#size));
    const cursor = new SegmentCursor(window, this.#readAt, this.#size);
    cursor.seek(position);
    return cursor;
  }

  /** A copy in memory, to be kept for long and read more than once. */
  override detached(): Segment {
    const detached = new Segment(this.bytes, this.keys);
    this.close();
    return detached;
  }

  /**
   * Moves the records to a file, which is removed with the segment. Reading goes on meanwhile.
   *
   * @param path Path of a file that does not exist.
   * @throws What the file system throws; then the records are where they were.
   */
  async move(path: string): Promise<void> {
    if (!this.inMemory || this.#moving) return;
    this.#moving = true;
    try {
      await this.#copyTo(path);
      if (this.#closed) Deno.removeSync(path);
      else this.#file = FileSegment.adopt(path, this.keys);
      this.#free();
    } finally {
      this.#moving = false;
    }
  }

  async #copyTo(path: string): Promise<void> {
    using file = await Deno.open(path, { write: true, createNew: true });
    try {
      for (let at = 0; at < this.#size && !this.#closed;) {
        at += await file.write(this.#memory.subarray(at, at + BLOCK_BYTES));
      }
    } catch (error) {
      Deno.removeSync(path);
      throw error;
    }
  }

  /** Frees the records while cursors may read them; a cursor that reads on throws this error. */
  giveUp(error: Error): void {
    this.#failure = error;
    this.close();
  }

  override close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file?.close();
    if (!this.#moving) this.#free();
  }

  #free(): void {
    this.#memory.buffer.resize(0);
  }

  readonly #readAt = (position: number, window: Uint8Array): number => {
    if (this.#failure) throw this.#failure;
    this.reads++;
    if (this.#file) return this.#file.readAt(position, window);
    const part = this.#memory.subarray(position, position + window.length);
    window.set(part);
    return part.length;
  };
}
