import { resolve } from "node:path";
import { type FileVersion, isVersion, versionOf } from "../shared/file_piece.ts";
import { asFileError, fileChanged, fileFailed } from "./file_errors.ts";
import type { FileInput } from "./file_input.ts";

/**
 * A regular file that is open for reading, and what it was then. Reads block the thread, as they take
 * a microsecond where the system has the bytes already.
 */
export class OpenFile {
  readonly version: FileVersion;
  readonly #file: Deno.FsFile;
  #isClosed = false;

  /** @param version What the file was before it was opened. */
  private constructor(version: FileVersion, file: Deno.FsFile) {
    this.version = version;
    this.#file = file;
  }

  /**
   * @returns The file; undefined if it is none that has a size, such as a pipe or a device.
   * @throws {JobError} `file_failed`, or `file_changed` if it is not the file that was seen.
   */
  static open({ path, seen }: FileInput): OpenFile | undefined {
    if (seen) return OpenFile.#openSeen(seen.version);
    return guarded(path, () => {
      const info = Deno.statSync(path); // first, since opening a pipe may wait
      if (info.isDirectory) throw fileFailed(path, "it is a directory");
      if (!info.isFile) return undefined;
      const file = new OpenFile(versionOf(resolve(path), info), Deno.openSync(path));
      if (info.size > 0 || file.#isEmpty) return file;
      file.close();
    });
  }

  static #openSeen(version: FileVersion): OpenFile {
    const file = guarded(
      version.name ?? version.path,
      () => new OpenFile(version, Deno.openSync(version.path)),
    );
    try {
      file.checkVersion();
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Some files of the system's tell no size, and have text all the same. */
  get #isEmpty(): boolean {
    return this.#file.readSync(new Uint8Array(1)) === null;
  }

  get #path(): string {
    return this.version.name ?? this.version.path;
  }

  /**
   * Fills a buffer with the bytes from `position` on.
   *
   * @throws {JobError} `file_changed` if there are not so many, and `file_failed`.
   */
  read(buffer: Uint8Array, position: number): void {
    guarded(this.#path, () => {
      this.#file.seekSync(position, Deno.SeekMode.Start);
      for (let filled = 0; filled < buffer.length;) {
        const added = this.#file.readSync(buffer.subarray(filled));
        if (added === null) throw fileChanged(this.#path);
        filled += added;
      }
    });
  }

  /** @throws {JobError} `file_changed` if the file is not what it was when it was opened. */
  checkVersion(): void {
    guarded(this.#path, () => {
      if (!isVersion(this.version, this.#file.statSync())) throw fileChanged(this.#path);
    });
  }

  /**
   * The bytes of a range, for a reader that brings its own buffers.
   *
   * @param onRead Is told how many bytes were read.
   */
  stream(start: number, end: number, onRead: (bytes: number) => void): ReadableStream<Uint8Array> {
    let at = start;
    return new ReadableStream({
      type: "bytes",
      autoAllocateChunkSize: STREAM_BYTES,
      pull: (controller) => {
        const request = controller.byobRequest!;
        const bytes = Math.min(end - at, request.view!.byteLength);
        if (bytes === 0) {
          this.checkVersion();
          controller.close();
        } else {
          this.read(new Uint8Array(request.view!.buffer, request.view!.byteOffset, bytes), at);
          at += bytes;
          onRead(bytes);
        }
        request.respond(bytes);
      },
    });
  }

  close(): void {
    if (!this.#isClosed) this.#file.close();
    this.#isClosed = true;
  }
}

const STREAM_BYTES = 64 * 1024;

/** Opens what has no size: a pipe, a device, or a file of the system's that tells none. */
export async function openSpecial(path: string): Promise<ReadableStream<Uint8Array>> {
  try {
    return (await Deno.open(path)).readable;
  } catch (error) {
    throw asFileError(path, error);
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFileError(path, error);
  }
}
