import { type BinaryFormat, formatNamed, isFound, refuseFormat } from "./binary_formats.ts";
import { isMarked, nameFormat } from "./beginnings.ts";
import type { Coding } from "./decompressor.ts";

/** Bytes that tell whether one of the codings begins here. */
export const SIGNATURE_BYTES = 4;

/** As nameFormat, with what is known of the format. */
export function findFormat(head: Uint8Array, charset?: string): BinaryFormat | undefined {
  const name = nameFormat(head, charset);
  return name && formatNamed(name);
}

/**
 * Refuses an input that is no text, by its beginning.
 *
 * @param head As for findFormat.
 * @throws {JobError} `unsupported_media`, with what it is and what to do.
 */
export function requireText(head: Uint8Array, charset?: string): void {
  const format = findFormat(head, charset);
  if (format === undefined) return;
  const failure = "Cannot count the input";
  const reason = `it begins as ${format.about} does`;
  if (format.coding === undefined || !isMarked(head)) {
    throw refuseFormat({ format, failure, reason });
  }
  throw refuseFormat({ // no decoder takes it
    format: { about: format.about, remedy: "remove the mark and decompress it first" },
    failure,
    reason: `${reason}, behind a byte order mark`,
  });
}

/** The content coding whose bytes these are, of those that can be known by their beginning. */
export function codingOf(head: Uint8Array): Coding | undefined {
  const coding = findFormat(head.subarray(0, SIGNATURE_BYTES))?.coding;
  return isFound(coding) ? coding : undefined;
}
