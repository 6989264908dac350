import { JOB_EPOCH, TEXT_PADDING } from "../assembly/layout.ts";
import { jobAddress } from "../src/shared/addresses.ts";
import { type FileVersion, isVersion, readPiece } from "../src/shared/file_piece.ts";
import type { SharedHeap } from "../src/shared/shared_heap.ts";
import type { Task } from "../src/shared/task.ts";
import { FILE_CHANGED, FILE_FAILED, OK } from "../src/shared/task_status.ts";
import { isOfSystem } from "./system_errors.ts";

/** Files that are open at once: as many jobs may take turns before any is opened anew. */
const MOST_OPEN = 4;
/** The thread shows that it lives after so many bytes. */
const BLOCK_BYTES = 1024 * 1024;

/** What came of a read; the message is the system's, in UTF-8. */
interface ReadOutcome {
  status: number;
  message?: Uint8Array;
}

interface JobFile {
  job: number;
  epoch: number;
  path: string;
  handle: Deno.FsFile;
}

const encoder = new TextEncoder();

/**
 * Reads pieces of files into their slots, for one thread. A file stays open from one piece to the
 * next, and is closed when its job has ended, as soon as the thread has another task or nothing to
 * do.
 */
export class FileReader {
  readonly #heap: SharedHeap;
  readonly #beat: () => void;
  /** The latest one is at the end. */
  readonly #open: JobFile[] = [];

  /** @param beat Shows that the thread gets on. */
  constructor(heap: SharedHeap, beat: () => void) {
    this.#heap = heap;
    this.#beat = beat;
  }

  /**
   * Fills the slot of a task with its text, in COUNTING.
   *
   * FILE_CHANGED says that the file is not what it was when the host opened it, before this read or
   * after it: so what was read is of that version.
   */
  read(task: Task): ReadOutcome {
    const { file, start } = readPiece(this.#heap, task.start, task.bytes);
    try {
      const handle = this.#handleOf(task, file);
      const isWhole = this.#fill(handle, start, task);
      return { status: isWhole && isVersion(file, handle.statSync()) ? OK : FILE_CHANGED };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { status: FILE_CHANGED };
      if (!isOfSystem(error)) throw error;
      return { status: FILE_FAILED, message: encoder.encode(error.message) };
    }
  }

  /** @returns false if the file ends too early. */
  #fill(handle: Deno.FsFile, start: number, { start: address, bytes }: Task): boolean {
    const text = this.#heap.bytes.subarray(address, address + bytes);
    handle.seekSync(start, Deno.SeekMode.Start);
    for (let filled = 0; filled < bytes;) {
      const added = handle.readSync(text.subarray(filled, filled + BLOCK_BYTES));
      if (added === null) return false;
      filled += added;
      this.#beat();
    }
    const end = address + bytes;
    this.#heap.bytes.fill(0, end, end + TEXT_PADDING);
    return true;
  }

  #handleOf({ job, epoch }: Task, { path }: FileVersion): Deno.FsFile {
    const at = this.#open.findIndex((file) =>
      file.job === job && file.epoch === epoch && file.path === path
    );
    if (at >= 0) {
      const [file] = this.#open.splice(at, 1);
      this.#open.push(file);
      return file.handle;
    }
    if (this.#open.length >= MOST_OPEN) this.#open.shift()!.handle.close();
    const handle = Deno.openSync(path);
    this.#open.push({ job, epoch, path, handle });
    return handle;
  }

  /** Closes the files of jobs that have ended. */
  closeEnded(): void {
    for (let i = this.#open.length; --i >= 0;) {
      const { job, epoch, handle } = this.#open[i];
      if ((this.#heap.word(jobAddress(job) + JOB_EPOCH) | 0) === epoch) continue;
      handle.close();
      this.#open.splice(i, 1);
    }
  }
}
