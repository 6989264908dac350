import { Buffer } from "node:buffer";
import { JobError } from "../contract/problems.ts";

/** How a document was read that strings were taken out of; its strings are counted as they are. */
export interface DocumentReading {
  readonly charset: string;
  readonly bomSkipped: boolean;
  /** U+FFFD that reading the document wrote. */
  readonly replacements: number;
  /** Where the string stands that was given last. @default {its index} */
  place?(): Record<string, unknown>;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;

const encoder = new TextEncoder();

/** Makes Unicode text of strings, which may hold halves of surrogate pairs. */
export class StringChecker {
  /** U+FFFD written so far. */
  replacements = 0;
  readonly #rejects: boolean;

  /** @param invalid What becomes of a half: U+FFFD or an error. */
  constructor(invalid: "replace" | "reject" = "replace") {
    this.#rejects = invalid === "reject";
  }

  /**
   * The string as text.
   *
   * @param place Members that name the string.
   * @throws {JobError} `invalid_utf8` with the place, and the byte that the string's UTF-8 would
   * reach.
   */
  check(text: string, place: () => Record<string, unknown>): string {
    if (text.isWellFormed()) return text;
    if (this.#rejects) throw noText(text, place());
    for (const _ of text.matchAll(LONE_SURROGATES)) this.replacements++;
    return text.toWellFormed();
  }
}

function noText(text: string, place: Record<string, unknown>): JobError {
  const offset = encoder.encode(text.slice(0, text.search(LONE_SURROGATE))).length;
  return new JobError(
    "invalid_utf8",
    `Cannot count: a string is no Unicode text at byte ${offset}${describePlace(place)}`,
    { details: { offset, ...place } },
  );
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

const REPLACEMENT = "\ufffd";
const REPLACEMENT_BYTES = encoder.encode(REPLACEMENT);

/**
 * UTF-8 as a string.
 *
 * @param place Members that name the bytes.
 * @returns The string, and how many U+FFFD were written for what is no UTF-8.
 * @throws {JobError} `invalid_utf8` with the place and the offset, if that is to be rejected.
 */
export function decodeUtf8(
  bytes: Uint8Array,
  invalid: "replace" | "reject" = "replace",
  place: Record<string, unknown> = {},
): { text: string; replacements: number } {
  try {
    return { text: strictUtf8.decode(bytes), replacements: 0 };
  } catch {
    const text = lenientUtf8.decode(bytes);
    if (invalid === "reject") throw noUtf8(text, bytes, place);
    return { text, replacements: countReplacements(text) - countWritten(bytes) };
  }
}

function countReplacements(text: string): number {
  let count = 0;
  for (let at = -1; (at = text.indexOf(REPLACEMENT, at + 1)) >= 0;) count++;
  return count;
}

/** U+FFFD that stand in the bytes: nothing else has its bytes in it, and nothing breaks them. */
function countWritten(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let count = 0;
  for (let at = -1; (at = buffer.indexOf(REPLACEMENT_BYTES, at + 1)) >= 0;) count++;
  return count;
}

function noUtf8(text: string, bytes: Uint8Array, place: Record<string, unknown>): JobError {
  let offset = 0;
  for (let from = 0;;) {
    const at = text.indexOf(REPLACEMENT, from);
    offset += encoder.encode(text.slice(from, at)).length;
    if (REPLACEMENT_BYTES.some((byte, i) => bytes[offset + i] !== byte)) break;
    offset += REPLACEMENT_BYTES.length;
    from = at + 1;
  }
  return new JobError(
    "invalid_utf8",
    `Cannot count: byte ${offset} begins no valid UTF-8${describePlace(place)}`,
    { details: { offset, ...place } },
  );
}

function describePlace(place: Record<string, unknown>): string {
  return Object.entries(place).map(([name, value]) => `, ${name} ${value}`).join("");
}
