import { ignoreError, own } from "../async/own.ts";
import { createPullStream } from "../async/pull_stream.ts";
import type { JobError } from "../contract/problems.ts";
import type { Blobs, BlobWriter } from "./blobs.ts";
import { type BlobOfJob, damaged } from "./damage.ts";
import { type Seal, SealCheck, Sealer, tableBytes } from "./seal.ts";

/** A blob as its record says it is. */
export interface SealedBlob extends BlobOfJob {
  name: string;
  bytes: number;
  /** None in records of releases before 0.2: their blobs are known by their length alone. */
  seal?: Seal;
}

/** Ends with one `commit` or `abort`. */
export interface SealedWriter {
  /** @see {BlobWriter.write} */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** Resolves with the seal when the blob will outlive the process and the machine. */
  commit(): Promise<Seal>;
  abort(): Promise<void>;
}

/**
 * Blobs of which every byte is checked before it is handed on: what is damaged is never read as if
 * it were whole.
 *
 * Reading throws a JobError `damaged`, and so does opening what a record names and is not there.
 */
export class SealedBlobs {
  readonly #blobs: Blobs;

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  async create(name: string): Promise<SealedWriter> {
    return new SealingWriter(await this.#blobs.create(name));
  }

  /** The bytes in order, checked page by page; nothing when there is no such blob. */
  async open(blob: SealedBlob): Promise<ReadableStream<Uint8Array> | undefined> {
    const check = await this.check(blob);
    const stream = await this.#blobs.open(blob.name);
    if (stream === undefined) return undefined;
    const fail = (what: string) => this.damaged(blob, what);
    const pages = check ? checkedPages(stream, check) : checkedLength(stream, blob.bytes, fail);
    const next = async () => (await pages.next()).value ?? undefined;
    return createPullStream(next, (reason) => {
      own(stream.cancel(reason), ignoreError); // refused while a page is read; then it ends below
      own(pages.return(), ignoreError);
    });
  }

  /** All bytes of a blob; nothing when there is no such blob. */
  async read(blob: SealedBlob): Promise<Uint8Array | undefined> {
    const stream = await this.open(blob);
    if (stream === undefined) return undefined;
    const bytes = new Uint8Array(blob.bytes);
    let at = 0;
    for await (const part of stream) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** What pages of the blob are held against; nothing where there is no seal or no such blob. */
  async check(blob: SealedBlob): Promise<SealCheck | undefined> {
    const { name, seal } = blob;
    if (seal === undefined) return undefined;
    const tail = await this.#blobs.open(name, seal.bytes);
    if (tail === undefined) return undefined;
    const table = new Uint8Array(tableBytes(seal));
    const found = seal.bytes + await fill(table, tail);
    const whole = seal.bytes + table.length;
    if (found !== whole) {
      const bytes = found > seal.bytes ? found : await this.#lengthOf(name);
      throw this.damaged(blob, `it has ${bytes} bytes, not ${whole}`);
    }
    return new SealCheck(seal, table, (what) => this.damaged(blob, what));
  }

  /** Bytes that are there, counted: drivers know no other way. */
  async #lengthOf(name: string): Promise<number> {
    const stream = await this.#blobs.open(name);
    return stream === undefined ? 0 : await fill(new Uint8Array(0), stream);
  }

  /** The blob's file, where blobs are files. */
  path(name: string): string | undefined {
    return this.#blobs.path?.(name);
  }

  /** Makes the failure for a blob that is missing or not as its record says. */
  damaged(blob: SealedBlob, what = "it is missing"): JobError {
    return damaged(blob, this.path(blob.name) ?? blob.name, what);
  }

  remove(name: string): Promise<void> {
    return this.#blobs.remove(name);
  }

  names(): AsyncIterable<string> {
    return this.#blobs.names();
  }
}

class SealingWriter implements SealedWriter {
  readonly #writer: BlobWriter;
  readonly #sealer = new Sealer();

  constructor(writer: BlobWriter) {
    this.#writer = writer;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#sealer.push(bytes);
    return this.#writer.write(bytes);
  }

  async commit(): Promise<Seal> {
    const { seal, table } = this.#sealer.finish();
    await this.#writer.commit(table);
    return seal;
  }

  abort(): Promise<void> {
    return this.#writer.abort();
  }
}

/** Reads a stream to its end, its beginning into `buffer`; resolves with its length. */
async function fill(buffer: Uint8Array, stream: ReadableStream<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const part of stream) {
    if (bytes < buffer.length) buffer.set(part.subarray(0, buffer.length - bytes), bytes);
    bytes += part.length;
  }
  return bytes;
}

async function* checkedPages(
  stream: ReadableStream<Uint8Array>,
  check: SealCheck,
): AsyncGenerator<Uint8Array, void, void> {
  let index = 0;
  let page = new Uint8Array(check.lengthOf(0));
  let filled = 0;
  for await (const part of stream) {
    for (let at = 0; at < part.length && page.length > 0;) {
      const some = part.subarray(at, at + page.length - filled);
      page.set(some, filled);
      filled += some.length;
      at += some.length;
      if (filled < page.length) continue;
      check.verify(index++, page);
      yield page;
      page = new Uint8Array(check.lengthOf(index));
      filled = 0;
    }
    if (page.length === 0) return; // what follows is the table
  }
  if (page.length > 0) check.verify(index, page.subarray(0, filled)); // throws: it is cut
}

async function* checkedLength(
  stream: ReadableStream<Uint8Array>,
  bytes: number,
  fail: (what: string) => Error,
): AsyncGenerator<Uint8Array, void, void> {
  let seen = 0;
  for await (const part of stream) {
    seen += part.length;
    if (seen > bytes) break;
    yield part;
  }
  if (seen !== bytes) throw fail(`it has not the ${bytes} bytes that were written`);
}
