import type { ListFormat } from "../../algebra/list_rows.ts";
import { ListText } from "../../algebra/list_text.ts";
import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { decodeContent, parseContentCodings } from "../../input/content_coding.ts";
import { Expansion } from "../../input/expansion.ts";
import { kindOfMedia } from "../../input/media_kinds.ts";
import type { Fingerprint } from "../../intake/fingerprint.ts";
import { createContentLimits, type IntakeOptions } from "../../intake/intake_options.ts";
import { charsetOf } from "../../intake/media_charset.ts";
import { tapStream } from "../../intake/tap_stream.ts";
import { requireChunked } from "./message_framing.ts";
import { giveUp, lengthOf } from "./submission.ts";

/** What lists are called, beside the names of lines of JSON. Tools that know neither send plain text. */
const FORMATS: Readonly<Record<string, ListFormat>> = {
  "text/tab-separated-values": "tsv",
  "text/plain": "tsv",
  "text/csv": "csv",
};

const ALLOWED = ["text/tab-separated-values", "text/csv", "application/x-ndjson"];

/**
 * Opens the list of keys and counts that a request hands in.
 *
 * @param fingerprint Is given the body on its way.
 * @returns Reading it throws a JobError: `invalid_list`, `invalid_utf8`, `value_overflow`, and what
 * reading bodies throws.
 * @throws {JobError} `empty_body`, `unsupported_media`, `unknown_charset`, `unknown_transfer_coding`.
 */
export function openSentList(
  request: Request,
  options: IntakeOptions,
  fingerprint?: Fingerprint,
): ListText {
  const { headers, body } = request;
  const type = headers.get("content-type") ?? "";
  const format = formatOf(type);
  const charset = charsetOf(type) ?? "utf-8";
  const codings = parseContentCodings(headers.get("content-encoding") ?? "");
  const length = lengthOf(headers);
  if (length === undefined) requireChunked(headers);
  if (body === null || length === 0) {
    throw new JobError("empty_body", "Cannot read the list: the request has no body");
  }
  const tapped = fingerprint === undefined
    ? body
    : tapStream(body, (bytes) => void fingerprint.update(bytes));
  const limits = createContentLimits(options, giveUp)(length);
  if (codings.length === 0) return new ListText(tapped, format, { charset }, limits);
  const { maxExpandedBytes, maxRatio } = options;
  const expansion = new Expansion({ maxExpandedBytes, maxRatio });
  const decoded = decodeContent(tapped, { codings, decompress: "none", expansion }, limits);
  return new ListText(decoded, format, { charset }, {});
}

/** @throws {JobError} `unsupported_media`. */
function formatOf(type: string): ListFormat {
  const essence = type.split(";", 1)[0].trim().toLowerCase();
  if (Object.hasOwn(FORMATS, essence)) return FORMATS[essence];
  if (type !== "" && kindOfMedia(type) === "ndjson") return "ndjson";
  const value = shorten(type);
  const what = value === "" ? "no media type" : `media type '${value}'`;
  throw new JobError(
    "unsupported_media",
    `Cannot read the list: the body has ${what}; say -H 'content-type: ${ALLOWED[0]}'`,
    { details: { header: "content-type", value, allowed: ALLOWED } },
  );
}
