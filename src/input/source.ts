import { ignoreError, own } from "../async/own.ts";
import { JobError } from "../contract/problems.ts";
import { InputTypeError, refuseChunk } from "./accepted.ts";
import { type PendingRead, PendingReads } from "./pending_reads.ts";

/** Limits on how a body may arrive. */
export interface SourceLimits {
  /** Most bytes that are accepted; beyond them `body_too_large`. */
  maxBytes?: number;
  /** Longest wait for the next bytes; beyond it `read_timeout`. */
  readTimeoutMs?: number;
  /** Longest time from the first read to the end; beyond it `read_timeout`. */
  uploadTimeoutMs?: number;
  /** Takes over a stream that is given up before its end. @default {it is cancelled} @internal */
  giveUp?: (rest: Rest) => void;
  /** Whether the stream is a chunked body of `Deno.serve`, which wants to be read with care. @internal */
  framed?: boolean;
}

/** The rest of a stream that nobody needs any more. */
export interface Rest {
  /** Drops some bytes; resolves with how many, 0 at the end. */
  read(): Promise<number>;
  /** Ends the stream. */
  cancel(): Promise<void>;
}

/** A buffer of the reader's and how many bytes of it are filled. */
export interface Filled {
  buffer: Uint8Array<ArrayBuffer>;
  /** Bytes that were added by this read; 0 at the end of the input. */
  added: number;
}

/** @throws {JobError} `body_too_large` if a body of `bytes` exceeds the limit. */
export function checkBodyBytes(bytes: number, { maxBytes = Infinity }: SourceLimits): void {
  if (bytes <= maxBytes) return;
  throw new JobError(
    "body_too_large",
    `Cannot accept body: it exceeds the limit of ${maxBytes} bytes`,
    { details: { limit: maxBytes } },
  );
}

const reads = new PendingReads();

/**
 * Waits for a read, no longer than the limits allow.
 *
 * @param bytes Bytes that came before, for the error; undefined where a read takes in the whole and
 * does not tell how far it came.
 * @throws {JobError} `read_timeout`, or `body_aborted` if the read fails with no JobError of its own.
 */
export function inTime<T>(
  read: Promise<T>,
  bytes: number | undefined,
  { readTimeoutMs }: SourceLimits,
): Promise<T> {
  if (readTimeoutMs === undefined) {
    return read.catch((cause) => Promise.reject(asReadError(cause, bytes)));
  }
  // One promise and no race: small requests spend a good part of their time on promises.
  return new Promise((resolve, reject) => {
    let pending = true;
    const watched: PendingRead = {
      deadline: performance.now() + readTimeoutMs,
      index: -1,
      expire() {
        pending = false;
        reject(createTimeout(bytes, readTimeoutMs));
      },
    };
    const end = () => {
      if (pending) reads.delete(watched);
      pending = false;
    };
    reads.add(watched, readTimeoutMs);
    const fail = (cause: unknown) => {
      end();
      reject(asReadError(cause, bytes));
    };
    own(read, fail, (value) => {
      end();
      resolve(value);
    });
  });
}

function createTimeout(bytes: number | undefined, limit: number): JobError {
  const what = bytes === undefined
    ? `its end did not come within ${limit} ms`
    : `nothing came for ${limit} ms after ${bytes} bytes`;
  return new JobError("read_timeout", `Cannot read body: ${what}`, { details: { limit } });
}

/** Bytes that Deno's server has read ahead when a body breaks off are lost with the read (2.9). */
function asReadError(cause: unknown, bytes: number | undefined): Error {
  if (cause instanceof JobError || cause instanceof InputTypeError) return cause;
  const where = bytes ? `, after ${bytes} bytes or more` : "";
  return new JobError("body_aborted", `Cannot read body: it ended early${where}`, { cause });
}

/**
 * Input as a pull of bytes into the reader's own buffer, whatever it comes from.
 *
 * A body of `Deno.serve` is read "bring your own buffer": the bytes go to their place without an
 * allocation or a copy in between (1.7 to 2.5 GB/s here). Other streams are copied.
 */
export class ByteSource {
  /** Bytes read so far. */
  bytes = 0;
  readonly #reader: Reader;
  readonly #limits: SourceLimits;
  /** When the upload must have ended; known from the first read on. */
  #endsAt: number | undefined;

  constructor(stream: ReadableStream<Uint8Array>, limits: SourceLimits = {}) {
    this.#reader = createReader(stream, limits.framed);
    this.#limits = limits;
  }

  /**
   * Reads some bytes to `offset` of the buffer, which must have room there. The buffer is given
   * away and comes back, perhaps as another object over the same bytes.
   *
   * @throws {JobError} `body_too_large`, `read_timeout`, or `body_aborted` if the stream fails.
   */
  async read(buffer: Uint8Array<ArrayBuffer>, offset: number): Promise<Filled> {
    this.#checkTime();
    const filled = await inTime(this.#reader.read(buffer, offset), this.bytes, this.#limits);
    this.bytes += filled.added;
    checkBodyBytes(this.bytes, this.#limits);
    return filled;
  }

  /** Between reads is often enough: each of them is bounded by `readTimeoutMs`. */
  #checkTime(): void {
    const { uploadTimeoutMs = Infinity } = this.#limits;
    const now = performance.now();
    this.#endsAt ??= now + uploadTimeoutMs;
    if (now < this.#endsAt) return;
    throw new JobError(
      "read_timeout",
      `Cannot read body: ${uploadTimeoutMs} ms were not enough for more than ${this.bytes} bytes`,
      { details: { limit: uploadTimeoutMs } },
    );
  }

  /** Ends the stream, or gives up what is left of it: nothing more will be read here. */
  cancel(reason: unknown): void {
    const { giveUp } = this.#limits;
    if (giveUp) return giveUp(restOf(this.#reader));
    // A stream that has failed already tells its reader so.
    own(this.#reader.cancel(reason), ignoreError);
  }
}

/** Bytes that are dropped at once. */
const DROPPED_BYTES = 64 * 1024;

/**
 * What is left of a stream that nobody reads.
 *
 * @param framed As in SourceLimits.
 */
export function openRest(stream: ReadableStream<Uint8Array>, framed: boolean): Rest {
  return restOf(createReader(stream, framed));
}

function restOf(reader: Reader): Rest {
  let buffer = new Uint8Array(0);
  return {
    async read() {
      if (buffer.length === 0) buffer = new Uint8Array(DROPPED_BYTES);
      const filled = await reader.read(buffer, 0);
      buffer = filled.buffer;
      return filled.added;
    },
    cancel: () => reader.cancel(undefined),
  };
}

/**
 * Views that a chunked body is read into: smaller than its chunks, and at least LEAST_VIEW_BYTES.
 *
 * At every end of a chunk Deno 2.9 reads from the socket once more, as much as the largest view
 * so far, and keeps what it cannot give yet. Views larger than the chunks so pile up a backlog,
 * which is moved at every read: 245 MB took 3.7 s instead of 0.4, and 300 MB of memory. A view
 * that is smaller than a chunk's length line is never filled at all.
 */
const LEAST_VIEW_BYTES = 1024;
const MOST_VIEW_BYTES = 16 * 1024;
/** Chunks are larger than so many views when so many in a row came back full. */
const FULL_VIEWS = 3;

interface Reader {
  read(buffer: Uint8Array<ArrayBuffer>, offset: number): Promise<Filled>;
  cancel(reason: unknown): Promise<void>;
}

function createReader(stream: ReadableStream<Uint8Array>, framed = false): Reader {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch (error) {
    if (!(error instanceof TypeError) || stream.locked) throw error;
    return createCopyingReader(stream.getReader()); // not a byte stream
  }
  return framed ? new FramedReader(reader) : createByobReader(reader);
}

function createByobReader(reader: ReadableStreamBYOBReader): Reader {
  return {
    async read(buffer, offset) {
      return giveBack(await reader.read(buffer.subarray(offset)));
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** At the end the buffer comes back in an empty view; after a cancel, not at all. */
function giveBack({ value }: ReadableStreamReadResult<Uint8Array<ArrayBuffer>>): Filled {
  if (!value) return { buffer: new Uint8Array(0), added: 0 };
  return { buffer: new Uint8Array(value.buffer), added: value.byteLength };
}

/** Reads a chunked body by small views, which grow as long as they come back full. */
class FramedReader implements Reader {
  readonly #reader: ReadableStreamBYOBReader;
  #viewBytes = LEAST_VIEW_BYTES;
  #fullViews = 0;
  /** Bytes of a view that was larger than the room it was read for. */
  #rest = new Uint8Array(0);

  constructor(reader: ReadableStreamBYOBReader) {
    this.#reader = reader;
  }

  async read(buffer: Uint8Array<ArrayBuffer>, offset: number): Promise<Filled> {
    const room = buffer.length - offset;
    if (this.#rest.length === 0 && this.#viewBytes <= room) {
      const view = buffer.subarray(offset, offset + this.#viewBytes);
      const filled = giveBack(await this.#reader.read(view));
      this.#adapt(filled.added);
      return filled;
    }
    if (this.#rest.length === 0) {
      this.#rest = (await this.#reader.read(new Uint8Array(this.#viewBytes))).value ?? this.#rest;
    }
    const part = this.#rest.subarray(0, room);
    this.#rest = this.#rest.subarray(part.length);
    buffer.set(part, offset);
    return { buffer, added: part.length };
  }

  #adapt(added: number): void {
    this.#fullViews = added === this.#viewBytes ? this.#fullViews + 1 : 0;
    if (this.#fullViews < FULL_VIEWS) return;
    this.#viewBytes = Math.min(this.#viewBytes * 2, MOST_VIEW_BYTES);
    this.#fullViews = 0;
  }

  cancel(reason: unknown): Promise<void> {
    return this.#reader.cancel(reason);
  }
}

function createCopyingReader(reader: ReadableStreamDefaultReader<Uint8Array>): Reader {
  let rest = new Uint8Array(0) as Uint8Array;
  return {
    async read(buffer, offset) {
      while (rest.length === 0) {
        const { value, done } = await reader.read();
        if (done) return { buffer, added: 0 };
        if (!(value instanceof Uint8Array)) throw refuseChunk(value);
        rest = value;
      }
      const added = Math.min(rest.length, buffer.length - offset);
      buffer.set(rest.subarray(0, added), offset);
      rest = rest.subarray(added);
      return { buffer, added };
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
