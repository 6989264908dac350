import type { JobError } from "../contract/problems.ts";
import type { Blobs, BlobWriter } from "./blobs.ts";
import { coalesce } from "../async/coalesce.ts";
import { storageFailed } from "./storage_error.ts";

/** What is written at once. */
const BLOCK_BYTES = 1024 * 1024;

/** How many blocks of a blob may be on their way to the file. */
const BLOCKS_AHEAD = 6;

/**
 * So much is written before the disk is told to begin: it then works while more comes in, and
 * little is left to wait for at the end. Less would cost more: each sync of a file that grows also
 * commits the file system's journal.
 */
const SYNC_BYTES = 64 * BLOCK_BYTES;

/** Blocks to use again, since a new one costs its zeroes and a garbage collection. */
const spare: Uint8Array<ArrayBuffer>[] = [];
const MOST_SPARE = 16;

/** Blobs as files of one folder. */
export class FileBlobs implements Blobs {
  readonly #folder: string;
  readonly #syncFolder: () => Promise<void>;

  /** @param folder Exists, and holds nothing else. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#syncFolder = coalesce(() => syncFolder(folder));
  }

  async create(name: string): Promise<BlobWriter> {
    const path = this.path(name);
    try {
      const file = await Deno.open(path, { write: true, createNew: true });
      return new FileBlobWriter(file, path, this.#syncFolder);
    } catch (cause) {
      throw storageFailed(cause);
    }
  }

  async open(name: string, from = 0): Promise<ReadableStream<Uint8Array> | undefined> {
    try {
      const file = await Deno.open(this.path(name));
      if (from > 0) file.seekSync(from, Deno.SeekMode.Start);
      return file.readable;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await Deno.remove(this.path(name));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async *names(): AsyncGenerator<string> {
    for await (const { name } of Deno.readDir(this.#folder)) yield name;
  }

  path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

/** Gathers bytes in blocks, which are written and synced while the next one fills. */
class FileBlobWriter implements BlobWriter {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #syncFolder: () => Promise<void>;
  #block: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #unsynced = 0;
  #ahead = 0;
  /** Resolves when a block is written; there while a writer waits for that. */
  #room: PromiseWithResolvers<void> | undefined;
  /** Settles, never rejects, when all blocks so far are written. */
  #written: Promise<void> = Promise.resolve();
  #synced: Promise<void> | undefined;
  #failure: JobError | undefined;

  constructor(file: Deno.FsFile, path: string, syncFolder: () => Promise<void>) {
    this.#file = file;
    this.#path = path;
    this.#syncFolder = syncFolder;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#failure) throw this.#failure;
    for (let at = 0; at < bytes.length;) {
      const block = this.#block ??= spare.pop() ?? new Uint8Array(BLOCK_BYTES);
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#filled);
      block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === BLOCK_BYTES) this.#flush();
    }
    if (this.#ahead < BLOCKS_AHEAD) return undefined;
    return (this.#room ??= Promise.withResolvers()).promise;
  }

  async commit(last?: Uint8Array): Promise<void> {
    if (last) await this.write(last);
    this.#flush();
    await this.#written;
    await this.#synced;
    if (this.#failure) throw this.#failure;
    try {
      await this.#file.syncData();
      await this.#syncFolder(); // or the file might have no name after a power failure
    } catch (cause) {
      throw storageFailed(cause);
    }
    this.#file.close();
  }

  async abort(): Promise<void> {
    await this.#written;
    await this.#synced;
    this.#file.close();
    await Deno.remove(this.#path);
  }

  #flush(): void {
    const block = this.#block;
    if (block === undefined) return;
    const filled = block.subarray(0, this.#filled);
    this.#block = undefined;
    this.#filled = 0;
    this.#ahead++;
    this.#written = this.#written.then(() => this.#writeBlock(filled));
  }

  async #writeBlock(filled: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      if (this.#failure) return;
      for (let at = 0; at < filled.length;) at += await this.#file.write(filled.subarray(at));
      this.#unsynced += filled.length;
      if (this.#unsynced >= SYNC_BYTES) this.#sync();
    } catch (cause) {
      this.#failure = storageFailed(cause);
    } finally {
      this.#ahead--;
      this.#room?.resolve();
      this.#room = undefined;
      if (spare.length < MOST_SPARE) spare.push(new Uint8Array(filled.buffer));
    }
  }

  /** Begins to sync what is written, unless that goes on already. */
  #sync(): void {
    if (this.#synced) return;
    this.#unsynced = 0;
    this.#synced = this.#file.syncData()
      .catch((cause) => void (this.#failure = storageFailed(cause)))
      .finally(() => this.#synced = undefined);
  }
}

/** Makes the names in a folder outlive a power failure. */
export async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return; // which opens no folders, and logs names by itself
  using folder = await Deno.open(path);
  await folder.sync();
}
