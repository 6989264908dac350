import type { Target } from "./exchange.ts";
import { readPieces } from "./pieces.ts";
import { RemoteFile, type RemoteOptions } from "./remote_file.ts";
import { describeText } from "./remote_texts.ts";
import { nameOf } from "./url_errors.ts";

/** One version of a text behind a URL, of which parts can be read. */
export interface RangedText {
  readonly url: string;
  /** What keys and errors call it. */
  readonly name: string;
  /** Bytes, as sent. */
  readonly bytes: number;
  /** What tells this version from others: a strong ETag, or else the date of its change. */
  readonly validator: string;
  /** As its server names it. */
  readonly charset?: string;
}

/** Part of a text, in bytes. */
export interface Range {
  from: number;
  to: number;
}

/** Asks for no more than what tells what there is. */
const FIRST_BYTES = 1;

/**
 * Looks at a text on another server, and reads nothing of it.
 *
 * @returns Undefined if it can be read from its beginning alone: its server gives no ranges or tells
 * versions not apart, or the text is compressed.
 * @throws {JobError} As RemoteFile; `unsupported_media`.
 */
export async function lookAt(
  target: Target,
  options: RemoteOptions,
): Promise<Omit<RangedText, "url"> | undefined> {
  const file = await RemoteFile.open(target, { ...options, pieceBytes: FIRST_BYTES });
  try {
    const { charset, codings } = describeText(target, file.headers, "none");
    const { hasRanges, validator, bytes } = file;
    if (!hasRanges || bytes === Infinity || codings.length > 0) return undefined;
    return { name: nameOf(target), bytes, validator: validator!, charset };
  } finally {
    file.close();
  }
}

/**
 * The bytes of part of a text, several pieces of it under way at once, taken up again where they
 * break off. Nothing is asked for but the part, under the condition that the text is that version.
 *
 * @throws {JobError} As RemoteFile; `input_changed` if the text is another version by now.
 */
export function readRange(
  target: Target,
  text: Pick<RangedText, "bytes" | "validator">,
  { from, to }: Range,
  options: RemoteOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const file = RemoteFile.resume(target, text, options);
  return readPieces(file, options, { start: from, end: to });
}
