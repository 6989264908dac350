import { AUTO } from "../contract/parameter_texts.ts";
import { findMark } from "./byte_order_mark.ts";
import { type DecoderOptions, encodingOf } from "./decoder.ts";
import { requireText } from "./signatures.ts";
import { refuseWideEncoding, TELLING_BYTES } from "./wide_encoding.ts";

/**
 * Judges by its beginning whether a text is UTF-8 as it lies there.
 *
 * @param head The first HEAD_BYTES of the input, or all of it.
 * @returns Bytes of the mark in front of the text, to be dropped; undefined if it has to be decoded.
 * @throws {JobError} `unsupported_media`, `unknown_charset`.
 */
export function judgeText(
  head: Uint8Array,
  { bom, charset: label }: Pick<DecoderOptions, "bom" | "charset">,
): number | undefined {
  const mark = findMark(head);
  const charset = mark?.charset ?? encodingOf(label);
  if (charset !== "utf-8" && charset !== AUTO) return undefined;
  requireText(head);
  if (charset === AUTO) refuseWideEncoding(head.subarray(0, TELLING_BYTES));
  return bom === "keep" ? 0 : mark?.bytes ?? 0;
}
