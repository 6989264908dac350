import { BLOCK_BYTES, Segment, SegmentCursor } from "./segment.ts";

/** How much of the file a cursor sees at once. */
const WINDOW_BYTES = 256 * 1024;

/** Closes the file of a segment that nobody closed. */
const forgotten = new FinalizationRegistry<Deno.FsFile>((file) => file.close());

/**
 * A segment that is larger than memory should hold, in a file. An adopted file has no name any more:
 * nothing is left of it when the process ends, however it ends.
 *
 * Whoever has the segment owns it and calls `close`: an HTTP answer after its last byte or when
 * the client goes away, a store when it drops the result. Who shares it calls `retain` first.
 * Cursors are independent of each other; none can be used after the last `close`.
 */
export class FileSegment extends Segment {
  readonly #file: Deno.FsFile;
  readonly #size: number;
  #owners = 1;

  private constructor(file: Deno.FsFile, size: number, keys: number) {
    super(new Uint8Array(0), keys);
    this.#file = file;
    this.#size = size;
    forgotten.register(this, file, this);
  }

  /**
   * Takes over a file of records.
   *
   * @param keys How many records it holds.
   */
  static adopt(path: string, keys: number): FileSegment {
    const segment = FileSegment.open(path, keys);
    try {
      Deno.removeSync(path);
    } catch {
      // Systems that keep the names of open files: then the name goes with its directory.
    }
    return segment;
  }

  /**
   * Reads a file of records that stays where it is; it may be removed meanwhile.
   *
   * @param keys How many records it holds.
   */
  static open(path: string, keys: number): FileSegment {
    const file = Deno.openSync(path);
    try {
      return new FileSegment(file, file.statSync().size, keys);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  override get bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    this.#readAt(0, all);
    return all;
  }

  override get byteLength(): number {
    return this.#size;
  }

  override *blocks(): Generator<Uint8Array, void, void> {
    const block = new Uint8Array(Math.min(BLOCK_BYTES, this.#size));
    for (let at = 0; at < this.#size;) {
      const filled = this.#readAt(at, block);
      if (filled === 0) return;
      yield block.subarray(0, filled);
      at += filled;
    }
  }

  override get memoryBytes(): number {
    return WINDOW_BYTES;
  }

  override records(position = 0): SegmentCursor {
    const window = new Uint8Array(Math.min(WINDOW_BYTES, this.#size));
    const cursor = new SegmentCursor(window, this.#readAt, this.#size);
    cursor.seek(position);
    return cursor;
  }

  override detached(): this {
    return this;
  }

  override retain(): void {
    if (this.#owners > 0) this.#owners++;
  }

  override close(): void {
    if (this.#owners === 0 || --this.#owners > 0) return;
    forgotten.unregister(this);
    this.#file.close();
  }

  /** Nothing runs between the two calls, so that cursors may share the file's position. */
  readonly #readAt = (position: number, window: Uint8Array): number => {
    this.#file.seekSync(position, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < window.length) {
      const read = this.#file.readSync(window.subarray(filled));
      if (read === null) break;
      filled += read;
    }
    return filled;
  };
}
