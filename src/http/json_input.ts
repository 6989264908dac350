import type { JobInput } from "../engine/types.ts";
import { JobError } from "../errors.ts";
import { ByteSource, type SourceLimits } from "../input/source.ts";
import type { Texts } from "../input/text_series.ts";

/** A JSON document is held whole while it is parsed, so it is bounded; text is not. */
const JSON_BYTES = 64 * 1024 * 1024;

const FIRST_BUFFER_BYTES = 64 * 1024;

/** What a JSON document has counted. */
export type JsonInput = Exclude<JobInput, Promise<unknown>>;

/** Opens the texts behind URLs. */
export type OpenUrls = (urls: readonly string[]) => Texts;

/** What each member of the document has counted. */
const MEMBERS: Record<string, (value: unknown, name: string, openUrls: OpenUrls) => JsonInput> = {
  words: (value, name) => stringsOf(value, name),
  texts: (value, name) => ({ texts: stringsOf(value, name) }),
  text: (value, name) => encoder.encode(stringOf(value, name)),
  urls: (value, name, openUrls) => openUrls(stringsOf(value, name)),
  url: (value, name, openUrls) => openUrls([stringOf(value, name)]),
};

const encoder = new TextEncoder();

/**
 * Reads a JSON body: an array of words, each of which is one token, or an object with one member
 * that says what is counted.
 *
 * @throws {JobError} `invalid_json`, `empty_body`, `body_too_large` beyond JSON_BYTES, and what
 * ByteSource and `openUrls` throw.
 */
export async function readJson(
  body: ReadableStream<Uint8Array>,
  limits: SourceLimits,
  openUrls: OpenUrls,
): Promise<JsonInput> {
  const maxBytes = Math.min(limits.maxBytes ?? Infinity, JSON_BYTES);
  const source = new ByteSource(body, { ...limits, maxBytes });
  try {
    return takeInput(parseJson(await readAll(source)), openUrls);
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

function takeInput(document: unknown, openUrls: OpenUrls): JsonInput {
  if (Array.isArray(document)) return stringsOf(document);
  const allowed = Object.keys(MEMBERS);
  if (typeof document !== "object" || document === null) {
    throw invalid(`it is ${describe(document)}, not an array of words or an object`, { allowed });
  }
  const names = Object.keys(document);
  const unknown = names.find((name) => !Object.hasOwn(MEMBERS, name));
  if (unknown !== undefined) {
    throw invalid(`it has an unknown member '${unknown.slice(0, 80)}'`, {
      member: unknown.slice(0, 80),
      allowed,
    });
  }
  const [name, second] = names;
  if (name === undefined || second !== undefined) {
    throw invalid(`it has ${names.length} members, not one`, { members: names, allowed });
  }
  return MEMBERS[name]((document as Record<string, unknown>)[name], name, openUrls);
}

/** @param name Of the member; the document itself if there is none. */
function stringsOf(value: unknown, name?: string): readonly string[] {
  const what = name === undefined ? "" : `'${name}' `;
  if (!Array.isArray(value)) throw invalid(`${what}is ${describe(value)}, not an array`);
  const index = value.findIndex((item) => typeof item !== "string");
  if (index >= 0) throw invalid(`${what}element ${index} is ${describe(value[index])}`, { index });
  if (value.length === 0) throw new JobError("empty_body", "Cannot count: the array is empty");
  return value;
}

function stringOf(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw invalid(`'${name}' is ${describe(value)}, not a string`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid((cause as Error).message, {}, cause);
  }
}

function invalid(reason: string, details: Record<string, unknown> = {}, cause?: unknown): JobError {
  return new JobError("invalid_json", `Cannot read the JSON body: ${reason}`, {
    cause,
    details,
  });
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`.replace("a object", "an object");
}
