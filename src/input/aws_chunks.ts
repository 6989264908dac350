import { Buffer } from "node:buffer";
import { JobError } from "../contract/problems.ts";
import type { Blocks } from "./byte_stream.ts";
import { PeekReader } from "./peek_reader.ts";

// Clients of S3 put chunks of their own into a body, which they call `aws-chunked`: a size in
// hexadecimal digits, perhaps a signature, CR LF, so many bytes, CR LF; the last one is empty, and
// checksums may follow it (S3's API Reference, "Signature calculations for the authorization
// header: transferring payload in multiple chunks").

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
const MOST_DIGITS = 16;

/** The longest first line of a chunk that is looked for: signatures may be padded. */
const LINE_BYTES = 256;
const LINE = /^([0-9a-f]{1,16})(;chunk-signature=[^\r\n]*)?\r\n/i;

/** A chunk of up to so many bytes must end where its size says; a larger one must only go on. */
const LOOK_BYTES = 64 * 1024;

/** Whether bytes begin with digits as a chunk does, and as a text may. It looks at a few bytes. */
export function mayBeginChunk(head: Uint8Array): boolean {
  let digits = 0;
  while (digits <= MOST_DIGITS && isDigit(head[digits])) digits++;
  const next = head[digits];
  return digits > 0 && digits <= MOST_DIGITS && (next === CR || next === SEMICOLON);
}

/** Whether bytes begin with the size and signature of a chunk, as no text does. */
export function beginsSignedChunk(head: Uint8Array): boolean {
  return mayBeginChunk(head) && LINE.exec(latin1(head, 0, LINE_BYTES))?.[2] !== undefined;
}

/** A decimal digit or a letter from a to f. */
function isDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

/**
 * The bytes as they come, unless they are in chunks. Many stores keep the word `aws-chunked` and
 * take the chunks away.
 *
 * @throws {JobError} `unsupported_media`, when they are read.
 */
export async function* refuseChunks(blocks: Blocks): AsyncGenerator<Uint8Array, void, void> {
  const reader = new PeekReader(blocks);
  if (await beginsChunk(reader)) {
    throw chunked("it begins as one", { header: "content-encoding", value: "aws-chunked" });
  }
  yield* reader;
}

async function beginsChunk(reader: PeekReader): Promise<boolean> {
  const line = LINE.exec(latin1(await reader.peek(LINE_BYTES), 0, LINE_BYTES));
  if (line === null) return false;
  const [{ length: start }, size, signature] = line;
  if (signature !== undefined) return true;
  const end = start + parseInt(size, 16);
  const bytes = await reader.peek(Math.min(end + 2, LOOK_BYTES));
  if (end > start) return end + 2 > LOOK_BYTES ? bytes.length >= LOOK_BYTES : endsAt(bytes, end);
  const rest = latin1(bytes, start, LINE_BYTES);
  return rest === "\r\n" || rest.startsWith("x-amz-");
}

/** Whether a chunk ends there, or the input with it. */
function endsAt(bytes: Uint8Array, end: number): boolean {
  return bytes.length === end || (bytes[end] === CR && bytes[end + 1] === LF);
}

/** The refusal of a body in chunks. @param reason How it is known to be one. */
export function chunked(reason: string, details: Record<string, unknown>): JobError {
  return new JobError(
    "unsupported_media",
    `Cannot take the body out of the chunks of 'aws-chunked': ${reason}; send it as it is`,
    { details },
  );
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  const { buffer, byteOffset, length } = bytes;
  return Buffer.from(buffer, byteOffset, length).toString("latin1", start, end);
}
