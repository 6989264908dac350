import { JobError } from "../errors.ts";
import { ByteSource, type SourceLimits } from "../input/source.ts";

/** A JSON document is held whole while it is parsed, so it is bounded; text is not. */
export const JSON_BYTES = 64 * 1024 * 1024;

const FIRST_BUFFER_BYTES = 64 * 1024;

/**
 * Reads a body that is a JSON array of strings, each of which is one token.
 *
 * @throws {JobError} `invalid_json`, `empty_body`, `body_too_large` beyond JSON_BYTES, and what
 * ByteSource throws.
 */
export async function readWords(
  body: ReadableStream<Uint8Array>,
  limits: SourceLimits,
): Promise<string[]> {
  const maxBytes = Math.min(limits.maxBytes ?? Infinity, JSON_BYTES);
  const source = new ByteSource(body, { ...limits, maxBytes });
  try {
    return parseWords(await readAll(source));
  } catch (error) {
    source.cancel(error);
    throw error;
  }
}

async function readAll(source: ByteSource): Promise<Uint8Array> {
  let buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  for (let filled = 0;;) {
    const read = await source.read(buffer, filled);
    if (read.added === 0) return read.buffer.subarray(0, filled);
    buffer = read.buffer;
    filled += read.added;
    if (filled < buffer.length) continue;
    const larger = new Uint8Array(buffer.length * 2);
    larger.set(buffer);
    buffer = larger;
  }
}

function parseWords(bytes: Uint8Array): string[] {
  const words = parseJson(bytes);
  if (!Array.isArray(words)) throw invalid(`it is ${describe(words)}`);
  const index = words.findIndex((word) => typeof word !== "string");
  if (index >= 0) throw invalid(`element ${index} is ${describe(words[index])}`, { index });
  if (words.length === 0) throw new JobError("empty_body", "Cannot count: the array is empty");
  return words;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid((cause as Error).message, {}, cause);
  }
}

function invalid(reason: string, details: Record<string, unknown> = {}, cause?: unknown): JobError {
  return new JobError("invalid_json", `Cannot read the body as a JSON array of words: ${reason}`, {
    cause,
    details,
  });
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`.replace("a object", "an object");
}
