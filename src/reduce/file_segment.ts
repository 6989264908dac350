import { BLOCK_BYTES, type ReadAt, Segment, SegmentCursor } from "./segment.ts";

/** How much of the file a cursor sees at once. */
export const WINDOW_BYTES = 256 * 1024;

/** Closes the file of a segment that was collected and never closed. */
const forgotten = new FinalizationRegistry<Deno.FsFile>((file) => file.close());

/** Checks what is read from a file against what was written, page by page. */
export interface PageCheck {
  /** Length of the segment; the file may hold more behind it. */
  readonly bytes: number;
  /** Bytes of each page except the last. */
  readonly pageBytes: number;
  lengthOf(page: number): number;
  /** @throws If these are not the bytes of the page. */
  verify(page: number, bytes: Uint8Array): void;
}

/**
 * A segment in a file, since it is larger than memory should hold. An adopted file has no name any
 * more: nothing is left of it when the process ends, however it ends.
 *
 * Each owner calls `close`: an HTTP answer after its last byte or when the client goes away, a store
 * when it drops the result. An owner calls `retain` for each further owner. Cursors are independent
 * of each other; none can be used after the last `close`.
 */
export class FileSegment extends Segment {
  readonly #file: Deno.FsFile;
  readonly #size: number;
  /** Fills a window from a position on; gives how many bytes there were. */
  readonly readAt: ReadAt;
  /** A name of the file; undefined if it has none. */
  #path: string | undefined;
  /** Whether the file goes with the segment. */
  #isOwned = false;
  #owners = 1;

  private constructor(
    file: Deno.FsFile,
    path: string,
    size: number,
    keys: number,
    check?: PageCheck,
  ) {
    super(new Uint8Array(0), keys);
    this.#path = path;
    this.#file = file;
    this.#size = check ? check.bytes : size;
    this.readAt = check ? new CheckedReader(file, check).readAt : createReadAt(file);
    forgotten.register(this, file, this);
  }

  /**
   * Takes over a file of records.
   *
   * @param keys How many records it holds.
   */
  static adopt(path: string, keys: number): FileSegment {
    const segment = FileSegment.open(path, keys);
    segment.#path = undefined;
    remove(path);
    return segment;
  }

  /**
   * Takes over a file of records that keeps its name until the segment is closed, so that others can
   * link it.
   *
   * @param keys How many records it holds.
   */
  static own(path: string, keys: number): FileSegment {
    const segment = FileSegment.open(path, keys);
    segment.#isOwned = true;
    return segment;
  }

  /**
   * Reads a file of records that stays where it is; it may be removed meanwhile.
   *
   * @param keys How many records it holds.
   * @param check Checks every page before a cursor sees a byte of it. @default {no check}
   */
  static open(path: string, keys: number, check?: PageCheck): FileSegment {
    const file = Deno.openSync(path);
    try {
      return new FileSegment(file, path, file.statSync().size, keys, check);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  override get bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    this.readAt(0, all);
    return all;
  }

  override get byteLength(): number {
    return this.#size;
  }

  override *blocks(): Generator<Uint8Array, void, void> {
    const block = new Uint8Array(Math.min(BLOCK_BYTES, this.#size));
    for (let at = 0; at < this.#size;) {
      const filled = this.readAt(at, block);
      if (filled === 0) return;
      yield block.subarray(0, filled);
      at += filled;
    }
  }

  override get memoryBytes(): number {
    return WINDOW_BYTES;
  }

  override get mustClose(): boolean {
    return true;
  }

  override records(position = 0): SegmentCursor {
    const window = new Uint8Array(Math.min(WINDOW_BYTES, this.#size));
    const cursor = new SegmentCursor(window, this.readAt, this.#size);
    cursor.seek(position);
    return cursor;
  }

  override detached(): this {
    return this;
  }

  /** Gives the file one more name; false if it has none, or the system refuses. */
  link(path: string): boolean {
    if (this.#path === undefined) return false;
    try {
      Deno.linkSync(this.#path, path);
      return true;
    } catch {
      return false; // as between two disks
    }
  }

  override retain(): void {
    if (this.#owners > 0) this.#owners++;
  }

  override close(): void {
    if (this.#owners === 0 || --this.#owners > 0) return;
    forgotten.unregister(this);
    this.#file.close();
    if (this.#isOwned) remove(this.#path!);
  }
}

/** Some systems keep the names of open files: then the name goes with its directory. */
function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // it is gone, or goes later
  }
}

function createReadAt(file: Deno.FsFile): ReadAt {
  // No other code runs between the two calls, so cursors may share the file's position.
  return (position, window) => {
    file.seekSync(position, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < window.length) {
      const read = file.readSync(window.subarray(filled));
      if (read === null) break;
      filled += read;
    }
    return filled;
  };
}

/**
 * Reads whole pages and checks each before it hands on a byte. For a window that begins or ends
 * within a page, it keeps that page, since the cursor asks for the rest of it next.
 */
class CheckedReader {
  readonly #read: ReadAt;
  readonly #check: PageCheck;
  readonly #kept: Uint8Array;
  #keptPage = -1;

  constructor(file: Deno.FsFile, check: PageCheck) {
    this.#read = createReadAt(file);
    this.#check = check;
    this.#kept = new Uint8Array(Math.min(check.pageBytes, check.bytes));
  }

  readonly readAt: ReadAt = (position, window) => {
    const { bytes, pageBytes } = this.#check;
    const wanted = Math.min(window.length, Math.max(0, bytes - position));
    for (let filled = 0; filled < wanted;) {
      const at = position + filled;
      const page = Math.floor(at / pageBytes);
      const offset = at - page * pageBytes;
      const length = this.#check.lengthOf(page);
      const rest = window.subarray(filled, wanted);
      if (offset === 0 && rest.length >= length) {
        this.#readPage(page, rest.subarray(0, length));
        filled += length;
        continue;
      }
      const part = this.#keep(page).subarray(offset, offset + rest.length);
      rest.set(part);
      filled += part.length;
    }
    return wanted;
  };

  #keep(page: number): Uint8Array {
    const kept = this.#kept.subarray(0, this.#check.lengthOf(page));
    if (this.#keptPage !== page) {
      this.#keptPage = -1;
      this.#readPage(page, kept);
      this.#keptPage = page;
    }
    return kept;
  }

  #readPage(page: number, into: Uint8Array): void {
    const read = this.#read(page * this.#check.pageBytes, into);
    this.#check.verify(page, into.subarray(0, read));
  }
}
