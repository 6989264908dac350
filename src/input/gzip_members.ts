import { Buffer } from "node:buffer";
import * as zlib from "node:zlib";
import { addToCrc32 } from "../crc32.ts";
import { decodeStream, type Pace } from "./coded_stream.ts";
import { ENDS_EARLY, GOES_ON, invalidEncoding } from "./coding_errors.ts";
import type { PeekReader } from "./peek_reader.ts";

/** Header fields and flags of a member (RFC 1952, section 2.3). */
const MAGIC = Buffer.from([0x1f, 0x8b, 8]);
const FIXED_BYTES = 10;
const TRAILER_BYTES = 8;
const HAS_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
const RESERVED = 0xe0;

/** Longest header that is read: the fields without a bound are names and comments. */
const MOST_HEADER_BYTES = 128 * 1024;

/** Text that is made at once of several small members. */
const MOST_BATCH_TEXT_BYTES = 256 * 1024;
const MOST_BATCH_BYTES = 64 * 1024;
/** What node:zlib makes at once is at least so much. */
const LEAST_CHUNK_BYTES = 64;

/**
 * The text of a gzip file: its members one after the other (RFC 1952), zeros between and behind
 * them passed over, as tapes and block devices make them.
 *
 * The members are read one by one, since node:zlib ignores what follows a zero, does not say where
 * a member ends, and tells a broken member from the next one by chance.
 *
 * @throws {JobError} `invalid_encoding`, and what `reader` throws.
 */
export async function* gunzip(
  reader: PeekReader,
  pace: Pace,
): AsyncGenerator<Uint8Array, void, void> {
  let batchesFrom = 0;
  for (let isFirst = true;; isFirst = false) {
    if (!isFirst) await skipZeros(reader, pace);
    const bytes = await reader.peek(isFirst ? 1 : MOST_BATCH_BYTES);
    if (bytes.length === 0 && !isFirst) return;
    const batch = reader.offset < batchesFrom ? NO_BATCH : findBatch(bytes);
    const text = gunzipBatch(bytes, batch);
    if (text === undefined) {
      // A batch that fails is not tried again from each of its members.
      batchesFrom = Math.max(batchesFrom, reader.offset + batch.bytes);
      yield* gunzipMember(reader, pace, isFirst);
      continue;
    }
    reader.skip(batch.bytes);
    if (text.length > 0) yield text;
    await pace.spend(batch.bytes + text.length);
  }
}

async function skipZeros(reader: PeekReader, pace: Pace): Promise<void> {
  for (;;) {
    const bytes = await reader.peek();
    let zeros = 0;
    while (bytes[zeros] === 0) zeros++;
    reader.skip(zeros);
    if (zeros < bytes.length || zeros === 0) return;
    await pace.spend(zeros);
  }
}

/** Some members that stand at the beginning of a block, and how much text they say they hold. */
interface Batch {
  bytes: number;
  textBytes: number;
}

const NO_BATCH: Batch = { bytes: 0, textBytes: 0 };

/**
 * Small members that are whole in the bytes at hand, as far as their headers tell. A transform for
 * each would take longer than its bytes.
 */
function findBatch(bytes: Uint8Array): Batch {
  const { buffer, byteOffset, length } = bytes;
  const block = Buffer.from(buffer, byteOffset, Math.min(length, MOST_BATCH_BYTES));
  let batch = NO_BATCH;
  for (let at = MAGIC.length; (at = block.indexOf(MAGIC, at)) >= 0; at += MAGIC.length) {
    const textBytes = batch.textBytes + block.readUInt32LE(Math.max(0, at - 4));
    if (textBytes > MOST_BATCH_TEXT_BYTES) break;
    batch = { bytes: at, textBytes };
  }
  return batch;
}

/** The text of a batch, or undefined if it is empty or not what it seems. */
function gunzipBatch(block: Uint8Array, { bytes, textBytes }: Batch): Uint8Array | undefined {
  if (bytes === 0) return undefined;
  const options = {
    chunkSize: Math.max(LEAST_CHUNK_BYTES, textBytes),
    maxOutputLength: Math.max(1, textBytes),
    info: true, // in Node's documentation, but not in its types
  } as zlib.ZlibOptions;
  try {
    const { buffer, engine } = zlib.gunzipSync(block.subarray(0, bytes), options) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    return engine.bytesWritten === bytes ? buffer : undefined;
  } catch {
    return undefined; // reading them one by one will tell what is wrong
  }
}

async function* gunzipMember(
  reader: PeekReader,
  pace: Pace,
  isFirst: boolean,
): AsyncGenerator<Uint8Array, void, void> {
  const start = reader.offset;
  await readHeader(reader, isFirst);
  let crc = 0;
  let bytes = 0;
  const transform = zlib.createInflateRaw({ chunkSize: 64 * 1024 });
  for await (const block of decodeStream(reader, { coding: "gzip", transform, pace })) {
    crc = addToCrc32(block, crc);
    bytes = (bytes + block.length) >>> 0;
    yield block;
  }
  const trailer = await reader.peek(TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) throw invalid(reader.offset + trailer.length, ENDS_EARLY);
  const view = viewOf(trailer);
  if (view.getUint32(0, true) !== crc || view.getUint32(4, true) !== bytes) {
    throw invalid(start, "the member that begins there does not match its checksum");
  }
  reader.skip(TRAILER_BYTES);
}

/** Takes the header of a member. */
async function readHeader(reader: PeekReader, isFirst: boolean): Promise<void> {
  const start = reader.offset;
  const fixed = (await reader.peek(FIXED_BYTES)).subarray(0, FIXED_BYTES);
  if (MAGIC.some((byte, i) => i < fixed.length && fixed[i] !== byte)) {
    throw invalid(start, isFirst ? "it does not begin as gzip does" : GOES_ON);
  }
  if (fixed.length < FIXED_BYTES) throw invalid(start + fixed.length, ENDS_EARLY);
  const flags = fixed[3];
  if (flags & RESERVED) throw invalid(start, "a header has flags that are reserved");
  let length = FIXED_BYTES;
  if (flags & HAS_EXTRA) {
    length += 2 + viewOf(await need(reader, length + 2)).getUint16(length, true);
  }
  if (flags & HAS_NAME) length = await findZero(reader, length);
  if (flags & HAS_COMMENT) length = await findZero(reader, length);
  const bytes = await need(reader, length + (flags & HAS_CRC ? 2 : 0));
  if (flags & HAS_CRC) {
    const crc = zlib.crc32(bytes.subarray(0, length)) & 0xffff;
    if (crc !== viewOf(bytes).getUint16(length, true)) {
      throw invalid(start, "a header does not match its checksum");
    }
    length += 2;
  }
  reader.skip(length);
}

/** The bytes of a header, so many of them. */
async function need(reader: PeekReader, length: number): Promise<Uint8Array> {
  const bytes = await reader.peek(length);
  if (bytes.length < length) throw invalid(reader.offset + bytes.length, ENDS_EARLY);
  return bytes;
}

/** Where a field that ends with a zero ends. */
async function findZero(reader: PeekReader, from: number): Promise<number> {
  for (let length = from + 1;; length = Math.min(length * 2, MOST_HEADER_BYTES)) {
    const bytes = await reader.peek(length);
    const zero = bytes.subarray(0, MOST_HEADER_BYTES).indexOf(0, from);
    if (zero >= 0) return zero + 1;
    if (bytes.length < length) throw invalid(reader.offset + bytes.length, ENDS_EARLY);
    if (length >= MOST_HEADER_BYTES || bytes.length >= MOST_HEADER_BYTES) {
      throw invalid(reader.offset, `a header exceeds ${MOST_HEADER_BYTES} bytes`);
    }
  }
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

function invalid(offset: number, reason: string) {
  return invalidEncoding({ coding: "gzip", offset, reason });
}
