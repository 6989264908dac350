import { BLOCK_BYTES, type ReadAt, Segment, SegmentCursor } from "./segment.ts";

/** How much of the file a cursor sees at once. */
export const WINDOW_BYTES = 256 * 1024;

/** Where the records of a segment are. */
interface Source {
  readonly size: number;
  readonly readAt: ReadAt;
  /** None of a file that may have lost its name, or may lose it. */
  readonly path?: string;
  close(): void;
}

/** Closes the file of a segment that was collected and never closed. */
const forgotten = new FinalizationRegistry<Source>((source) => source.close());

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
  readonly #source: Source;
  /** Fills a window from a position on; gives how many bytes there were. */
  readonly readAt: ReadAt;
  #owners = 1;

  private constructor(source: Source, keys: number) {
    super(new Uint8Array(0), keys);
    this.#source = source;
    this.readAt = source.readAt;
    forgotten.register(this, source, this);
  }

  /**
   * Takes over a file of records.
   *
   * @param keys How many records it holds.
   */
  static adopt(path: string, keys: number): FileSegment {
    const segment = FileSegment.open(path, keys);
    remove(path);
    return segment;
  }

  /**
   * Reads a file of records that stays where it is; it may be removed meanwhile.
   *
   * @param keys How many records it holds.
   * @param check Checks every page before a cursor sees a byte of it. @default {no check}
   */
  static open(path: string, keys: number, check?: PageCheck): FileSegment {
    return new FileSegment(openSource(path, check), keys);
  }

  /**
   * Takes over a file of records that keeps its name until the last `close`, so that it can be linked.
   * It is opened for each read: of such segments there may be more than a process may have files open.
   *
   * @param keys How many records it holds.
   */
  static named(path: string, keys: number): FileSegment {
    return new FileSegment(nameSource(path), keys);
  }

  override get bytes(): Uint8Array {
    const all = new Uint8Array(this.#source.size);
    this.readAt(0, all);
    return all;
  }

  override get byteLength(): number {
    return this.#source.size;
  }

  override *blocks(): Generator<Uint8Array, void, void> {
    const block = new Uint8Array(Math.min(BLOCK_BYTES, this.#source.size));
    for (let at = 0; at < this.#source.size;) {
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
    const window = new Uint8Array(Math.min(WINDOW_BYTES, this.#source.size));
    const cursor = new SegmentCursor(window, this.readAt, this.#source.size);
    cursor.seek(position);
    return cursor;
  }

  override detached(): this {
    return this;
  }

  /** Gives the file one more name; false if it has none, or the system refuses. */
  link(path: string): boolean {
    if (this.#source.path === undefined) return false;
    try {
      Deno.linkSync(this.#source.path, path);
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
    this.#source.close();
  }
}

function openSource(path: string, check?: PageCheck): Source {
  const file = Deno.openSync(path);
  try {
    const size = check ? check.bytes : file.statSync().size;
    const readAt = check ? new CheckedReader(file, check).readAt : createReadAt(file);
    return { size, readAt, close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

function nameSource(path: string): Source {
  const { size } = Deno.statSync(path);
  const readAt: ReadAt = (position, window) => {
    using file = Deno.openSync(path);
    return createReadAt(file)(position, window);
  };
  return { path, size, readAt, close: () => remove(path) };
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
