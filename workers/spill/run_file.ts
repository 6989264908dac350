import { PARTITION_CAPACITY } from "../../assembly/layout.ts";

/** What a run's section is made of: some bytes of a file. */
export interface Section {
  file: RunFile;
  offset: number;
  bytes: number;
}

/** One u64 per section: its bytes. */
const HEADER_BYTES = PARTITION_CAPACITY * 8;

/**
 * A file of sorted runs, one behind the other. A run is a header with the bytes of each section,
 * then the sections. The header is written last: if the writer dies, the run counts as empty.
 *
 * One thread has a file open for writing at a time.
 */
export class RunFile implements Disposable {
  readonly name: string;
  readonly #file: Deno.FsFile;
  readonly #onAccess: (bytes: number) => void;
  /** Where the run that is being written begins. */
  #start = 0;

  private constructor(path: string, options: Deno.OpenOptions, onAccess: (bytes: number) => void) {
    this.name = path.slice(path.lastIndexOf("/") + 1);
    this.#file = Deno.openSync(path, options);
    this.#onAccess = onAccess;
  }

  /** Opens a file to append to it. `onWrite` is called before bytes are written. */
  static append(path: string, onWrite: (bytes: number) => void): RunFile {
    return new RunFile(path, { write: true, create: true }, onWrite);
  }

  /** Opens a file to read it. */
  static open(path: string, onRead: () => void): RunFile {
    return new RunFile(path, { read: true }, onRead);
  }

  /** Goes to the file's end, where `write` appends; for a file without runs. */
  toEnd(): number {
    return this.#file.seekSync(0, Deno.SeekMode.End);
  }

  /** Begins a run at the file's end. */
  begin(): void {
    this.#start = this.toEnd();
    this.write(new Uint8Array(HEADER_BYTES));
  }

  /** Appends to the run that was begun, or to a file without runs. */
  write(bytes: Uint8Array): void {
    this.#onAccess(bytes.length);
    writeAll(this.#file, bytes);
  }

  /** Ends the run. @param sections Bytes of each section, in the order in which they were written. */
  end(sections: ArrayLike<number>): void {
    const header = new DataView(new ArrayBuffer(HEADER_BYTES));
    for (let i = 0; i < sections.length; i++) header.setBigUint64(i * 8, BigInt(sections[i]), true);
    this.#file.seekSync(this.#start, Deno.SeekMode.Start);
    writeAll(this.#file, new Uint8Array(header.buffer));
  }

  /** All of a file without runs, as one section. */
  whole(): Section[] {
    const bytes = this.toEnd();
    return bytes > 0 ? [{ file: this, offset: 0, bytes }] : [];
  }

  /** The sections of one partition, in the order of their runs. */
  sections(partition: number): Section[] {
    const header = new DataView(new ArrayBuffer(HEADER_BYTES));
    const found: Section[] = [];
    for (let at = 0;;) {
      if (this.read(at, new Uint8Array(header.buffer)) < HEADER_BYTES) return found;
      const start = at += HEADER_BYTES;
      for (let i = 0; i < PARTITION_CAPACITY; i++) {
        const bytes = Number(header.getBigUint64(i * 8, true));
        if (i === partition && bytes > 0) found.push({ file: this, offset: at, bytes });
        at += bytes;
      }
      if (at === start) return found;
    }
  }

  /** Fills `bytes` from `offset` on, as far as the file goes; returns how many bytes it read. */
  read(offset: number, bytes: Uint8Array): number {
    this.#onAccess(bytes.length);
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < bytes.length) {
      const read = this.#file.readSync(bytes.subarray(filled));
      if (read === null) break;
      filled += read;
    }
    return filled;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}
