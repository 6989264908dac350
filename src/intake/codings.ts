import type { BodyOptions } from "../contract/options.ts";
import { formatOfMedia, refuseFormat } from "../input/binary_formats.ts";
import { namedCodings } from "../input/content_coding.ts";
import type { Coding } from "../input/decompressor.ts";

/** What a content may be, for clients that sent something else. */
const ALLOWED_MEDIA = [
  "text/*",
  "application/octet-stream",
  "application/json",
  "application/x-ndjson",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
];

const NONE: readonly Coding[] = [];

/**
 * The codings that a submission names: in its content codings, and with `decompress: "auto"` in its
 * media type as well.
 *
 * @returns In the order in which they were applied.
 * @throws {JobError} `unsupported_media` if one is unknown, or what is inside them is no text.
 */
export function readCodings(
  codings: string | undefined,
  mediaType: string | undefined,
  { decompress }: Pick<BodyOptions, "decompress">,
): readonly Coding[] {
  const format = mediaType === undefined ? undefined : formatOfMedia(mediaType);
  if (codings === undefined && format === undefined) return NONE;
  const named = namedCodings({ encoding: codings, type: mediaType }, decompress);
  // Some senders name one compression twice: as the type and as the coding.
  if (format === undefined || named.includes(format.coding!)) return named;
  throw refuseFormat({
    format,
    failure: `Cannot take the text out of media type '${mediaType}'`,
    reason: `it is ${format.about}`,
    details: { header: "content-type", value: mediaType, allowed: ALLOWED_MEDIA },
  });
}
