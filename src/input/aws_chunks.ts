import { JobError } from "../contract/problems.ts";
import { LINE, LINE_BYTES } from "./aws_line.ts";
import type { Blocks } from "./byte_stream.ts";
import { latin1 } from "./latin1.ts";
import { PeekReader } from "./peek_reader.ts";

// Clients of S3 put chunks of their own into a body, which they call `aws-chunked`: a size in
// hexadecimal digits, perhaps a signature, CR LF, so many bytes, CR LF; the last one is empty, and
// checksums may follow it (S3's API Reference, "Signature calculations for the authorization
// header: transferring payload in multiple chunks").

const CR = 0x0d;
const LF = 0x0a;

/** A chunk of up to so many bytes must end where its size says; a larger one must only go on. */
const LOOK_BYTES = 64 * 1024;

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
