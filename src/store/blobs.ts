/**
 * Named byte strings of any length: the inputs that wait and the results that are kept. Drivers
 * differ in where the bytes are and in how many there may be.
 *
 * A blob can be read once it is committed, and is never changed. Records in the job store name the
 * blobs that are in use; a blob that no record names is rubbish.
 */
export interface Blobs {
  /** Begins a blob; a name is used once. */
  create(name: string): Promise<BlobWriter>;
  /**
   * The bytes in order, read as they are asked for; nothing when there is no such blob.
   *
   * @param from The first that is wanted. @default {0}
   */
  open(name: string, from?: number): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Path of the blob's file, where blobs are files, for readers that need a file. */
  path?(name: string): string;
  /** Forgets a blob, if there is one. */
  remove(name: string): Promise<void>;
  /** Names of all blobs, half-written ones included. */
  names(): AsyncIterable<string>;
}

/** A blob that is being written: ends with one `commit` or `abort`. */
export interface BlobWriter {
  /**
   * Takes bytes, which may be reused afterwards.
   *
   * @returns Nothing when more is welcome at once; else what to wait for.
   * @throws {JobError} `body_too_large` or `out_of_storage`; the promise rejects likewise.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /**
   * Resolves when the blob will outlive the process and the machine; a small one may be committed
   * together with the record that names it.
   *
   * @param last Bytes to end it with, which no limit counts. @default {none}
   */
  commit(last?: Uint8Array): Promise<void>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}
