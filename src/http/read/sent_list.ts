import type { ListFormat, RowFormat } from "../../algebra/list_rows.ts";
import { ListText } from "../../algebra/list_text.ts";
import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { kindOfMedia } from "../../input/media_kinds.ts";
import type { Fingerprint } from "../../intake/fingerprint.ts";
import type { IntakeOptions } from "../../intake/intake_options.ts";
import { charsetOf } from "../../intake/media_charset.ts";
import { tapStream } from "../../intake/tap_stream.ts";
import { openSentBody } from "./sent_body.ts";

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
 * @param rows What its rows are.
 * @param fingerprint Is given the body on its way.
 * @returns Reading it throws a JobError: `invalid_list`, `invalid_utf8`, `value_overflow`, and what
 * reading bodies throws.
 * @throws {JobError} `empty_body`, `unsupported_media`, `unknown_charset`, `unknown_transfer_coding`.
 */
export function openSentList(
  request: Request,
  options: IntakeOptions,
  rows: "counts" | "lemmas",
  fingerprint?: Fingerprint,
): ListText {
  const type = request.headers.get("content-type") ?? "";
  const format = rows === "lemmas" ? requireLemmas(type) : formatOf(type);
  const charset = charsetOf(type) ?? "utf-8";
  const { content, limits } = openSentBody(request, options, {
    failure: "Cannot read the list",
    tap: fingerprint && ((body) => tapStream(body, (bytes) => void fingerprint.update(bytes))),
  });
  return new ListText(content, format, { charset }, limits);
}

/** @throws {JobError} `unsupported_media`. */
function requireLemmas(type: string): RowFormat {
  if (knownFormat(type) === "tsv") return "lemmas";
  throw unsupported(type, ALLOWED.slice(0, 1));
}

/** @throws {JobError} `unsupported_media`. */
function formatOf(type: string): ListFormat {
  const known = knownFormat(type);
  if (known !== undefined) return known;
  if (type !== "" && kindOfMedia(type) === "ndjson") return "ndjson";
  throw unsupported(type, ALLOWED);
}

function knownFormat(type: string): ListFormat | undefined {
  const essence = type.split(";", 1)[0].trim().toLowerCase();
  return Object.hasOwn(FORMATS, essence) ? FORMATS[essence] : undefined;
}

function unsupported(type: string, allowed: readonly string[]): JobError {
  const value = shorten(type);
  const what = value === "" ? "no media type" : `media type '${value}'`;
  return new JobError(
    "unsupported_media",
    `Cannot read the list: the body has ${what}; say -H 'content-type: ${ALLOWED[0]}'`,
    { details: { header: "content-type", value, allowed } },
  );
}
