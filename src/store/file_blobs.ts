import type { JobError } from "../contract/problems.ts";
import type { Blobs, BlobWriter } from "./blobs.ts";
import { BLOCK_BYTES } from "./block_pool.ts";
import { coalesce } from "../async/coalesce.ts";
import type { Disk } from "./disk.ts";
import { copyToShared } from "../shared/copy_to_shared.ts";
import { storageFailed } from "./storage_error.ts";

/** How many blocks of a blob may be on their way to the file. */
const BLOCKS_AHEAD = 3;

/**
 * Where writes go through the system's cache, so much is written before the disk is told to begin: it
 * then works while more comes in, and little is left to wait for at the end. Less would cost more:
 * each sync of a file that grows also commits the file system's journal.
 */
const SYNC_BYTES = 64 * 1024 * 1024;

/** Blobs as files of one folder. */
export class FileBlobs implements Blobs {
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #syncFolder: () => Promise<void>;

  /**
   * @param folder Exists, and holds nothing else.
   * @param disk Writes the blocks of large blobs.
   */
  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
    this.#syncFolder = coalesce(() => syncFolder(folder));
  }

  async create(name: string): Promise<BlobWriter> {
    const path = this.path(name);
    try {
      const file = await Deno.open(path, { write: true, createNew: true });
      return new FileBlobWriter(file, path, this.#disk, this.#syncFolder);
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

/**
 * Gathers bytes in blocks, which the disk writes while the next one fills. The last block, which is
 * not full, is written through the system's cache, which takes any length.
 */
class FileBlobWriter implements BlobWriter {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #disk: Disk;
  readonly #name: number;
  readonly #syncFolder: () => Promise<void>;
  #block: Uint8Array<SharedArrayBuffer> | undefined;
  #filled = 0;
  /** Where the block goes that fills now. */
  #at = 0;
  #unsynced = 0;
  #ahead = 0;
  /** Resolves when a block is written; there while a writer waits for that. */
  #room: PromiseWithResolvers<void> | undefined;
  /** Settles, never rejects, when all blocks so far are written. */
  #written: Promise<void> = Promise.resolve();
  #synced: Promise<void> | undefined;
  #failure: JobError | undefined;

  constructor(file: Deno.FsFile, path: string, disk: Disk, syncFolder: () => Promise<void>) {
    this.#file = file;
    this.#path = path;
    this.#disk = disk;
    this.#name = disk.name();
    this.#syncFolder = syncFolder;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#failure) throw this.#failure;
    for (let at = 0; at < bytes.length;) {
      const block = this.#block ??= this.#disk.blocks.take();
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#filled);
      copyToShared(block, part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === BLOCK_BYTES) this.#send(block);
    }
    if (this.#ahead < BLOCKS_AHEAD) return undefined;
    return (this.#room ??= Promise.withResolvers()).promise;
  }

  async commit(last?: Uint8Array): Promise<void> {
    if (last) await this.write(last);
    await this.#settle();
    if (this.#failure) throw this.#failure;
    try {
      if (this.#block) await this.#writeRest(this.#block.slice(0, this.#filled));
      await this.#file.syncData();
      await this.#syncFolder(); // or the file might have no name after a power failure
    } catch (cause) {
      throw storageFailed(cause);
    }
    this.#close();
  }

  async abort(): Promise<void> {
    await this.#settle();
    this.#close();
    await Deno.remove(this.#path);
  }

  async #settle(): Promise<void> {
    await this.#written;
    await this.#synced;
  }

  #send(block: Uint8Array<SharedArrayBuffer>): void {
    const writing = this.#writeBlock(block, this.#at);
    this.#block = undefined;
    this.#filled = 0;
    this.#at += BLOCK_BYTES;
    this.#ahead++;
    this.#written = this.#written.then(() => writing);
  }

  async #writeBlock(bytes: Uint8Array<SharedArrayBuffer>, at: number): Promise<void> {
    try {
      const isDirect = await this.#disk.write({ file: this.#name, path: this.#path, bytes, at });
      if (!isDirect) this.#unsynced += bytes.length;
      if (this.#unsynced >= SYNC_BYTES) this.#sync();
    } catch (cause) {
      this.#failure ??= storageFailed(cause);
    } finally {
      this.#ahead--;
      this.#room?.resolve();
      this.#room = undefined;
      this.#disk.blocks.give(bytes);
    }
  }

  async #writeRest(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#file.seek(this.#at, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
  }

  /** Begins to sync what is written, unless that goes on already. */
  #sync(): void {
    if (this.#synced) return;
    this.#unsynced = 0;
    this.#synced = this.#file.syncData()
      .catch((cause) => void (this.#failure ??= storageFailed(cause)))
      .finally(() => this.#synced = undefined);
  }

  #close(): void {
    if (this.#block) this.#disk.blocks.give(this.#block);
    this.#block = undefined;
    if (this.#at > 0) this.#disk.closeFile(this.#name);
    this.#file.close();
  }
}

/** Makes the names in a folder outlive a power failure. */
export async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return; // which opens no folders, and logs names by itself
  using folder = await Deno.open(path);
  await folder.sync();
}
