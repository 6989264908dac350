import { JobError } from "../contract/problems.ts";
import { COUNT_PARAMETERS, type CountOptions } from "../contract/options.ts";
import { canonicalCharset } from "../contract/parameter_texts.ts";
import { describeAllowed } from "../contract/parameters.ts";
import { kindOfMedia } from "../input/media_kinds.ts";

const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/i;

/** The charset that a media type names. @throws {JobError} `unknown_charset`. */
export function charsetOf(mediaType: string): string | undefined {
  const match = CHARSET.exec(mediaType);
  if (match === null) return undefined;
  const label = match[1] ?? match[2];
  const charset = canonicalCharset(label);
  if (charset !== undefined) return charset;
  const allowed = describeAllowed(COUNT_PARAMETERS.charset);
  throw new JobError("unknown_charset", `Cannot decode charset '${label}': it is not ${allowed}`, {
    details: { header: "content-type", value: label, allowed },
  });
}

/**
 * Counting options with the charset that a media type names for a text. The charset of a JSON
 * document is the document's alone, and says nothing of the texts behind its URLs.
 *
 * @returns `count` itself where the media type changes nothing.
 * @throws {JobError} `unknown_charset`.
 */
export function applyMediaCharset(count: CountOptions, mediaType: string): CountOptions {
  const charset = charsetOf(mediaType);
  if (charset === undefined || charset === count.charset) return count;
  const kind = kindOfMedia(mediaType);
  const isText = kind === undefined || kind === "form" || kind === "multipart";
  return isText ? { ...count, charset } : count;
}
