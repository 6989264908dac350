import { JobError } from "../contract/problems.ts";
import { formatOfPart, refuseFormat } from "./binary_formats.ts";
import { decodeContent, type DecodeOptions, namedCodings, type Said } from "./content_coding.ts";
import type { Coding } from "./decompressor.ts";

/** How compressed parts are read. */
export type PartDecoding = Pick<DecodeOptions, "decompress" | "expansion">;

/**
 * The codings of a part, inside of which there is a text, as far as its headers tell.
 *
 * @param part Its place among the parts.
 * @param label What errors call it.
 * @throws {JobError} `unsupported_media`.
 */
export function readPartCodings(
  said: Said & { type: string },
  part: number,
  label: string,
  decompress: PartDecoding["decompress"],
): readonly Coding[] {
  const codings = inPart(part, label, () => namedCodings(said, decompress));
  const format = formatOfPart(said.type);
  if (format === undefined || codings.includes(format.coding!)) return codings;
  throw refuseFormat({
    format,
    failure: `Cannot take the text out of part '${label}'`,
    reason: `its media type is '${said.type}', ${format.about}`,
    details: { part, header: "content-type", value: said.type },
  });
}

/** Adds to an error in which part it is. */
function inPart<T>(part: number, label: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const { code, message, details } = error;
    throw new JobError(code, `${message}, in part '${label}'`, {
      cause: error,
      details: { ...details, part },
    });
  }
}

/** The text of a part, its codings undone. */
export function decodePart(
  text: ReadableStream<Uint8Array>,
  { codings, mayBeChunked }: Pick<DecodeOptions, "codings" | "mayBeChunked">,
  decoding: PartDecoding,
): ReadableStream<Uint8Array> {
  const isPlain = codings.length === 0 && decoding.decompress === "none" && !mayBeChunked;
  return isPlain ? text : decodeContent(text, { ...decoding, codings, mayBeChunked }, {});
}
