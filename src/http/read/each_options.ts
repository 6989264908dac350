import { findSaid } from "../../contract/conflict.ts";
import { MEDIA_TYPES } from "../../contract/media_types.ts";
import {
  DEFAULT_BODY_OPTIONS,
  DEFAULT_COUNT_OPTIONS,
  type Tokenizer,
} from "../../contract/options.ts";
import { defaultsOf, shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { RECORD_PARAMETERS } from "../../contract/record_options.ts";
import { kindOfMedia } from "../../input/media_kinds.ts";
import { negotiateForm, notAcceptable } from "./negotiation.ts";
import type { CountQuery } from "./query.ts";

/** What curl says of a body unless it is told something else. */
const STANDARD_OF_CURL = "form";

const ALLOWED = ["application/x-ndjson"];

const RECORD_DEFAULTS = defaultsOf(RECORD_PARAMETERS);

const ARE_TEXTS = "each line is a text, which is cut into tokens";

/** Those that cut a text into tokens, on the thread that has it. */
const TOKENIZERS: readonly Tokenizer[] = ["unicode", "whitespace", "ascii", "lines"];

/**
 * Refuses what has no meaning where each line of the body gets an answer. A default value is never
 * refused, so that a client may always send all of them.
 *
 * @throws {JobError} `invalid_parameter`, `not_acceptable` or `unsupported_media`.
 */
export function checkEachRequest(request: Request, query: CountQuery): void {
  const { count, kernel, body, output, namesFormat } = query;
  if (kernel) throw refusal("kernel", kernel.name, "words", "kernels map one text at a time");
  const ofRecords = findSaid(count, RECORD_DEFAULTS);
  if (ofRecords !== undefined) {
    throw refusal(ofRecords, String(count[ofRecords]), RECORD_DEFAULTS[ofRecords], ARE_TEXTS);
  }
  if (!TOKENIZERS.includes(count.tokenizer)) {
    const reason = count.tokenizer === "icu" ? "ICU cuts one text at a time" : ARE_TEXTS;
    throw refusal("tokenizer", count.tokenizer, TOKENIZERS, reason);
  }
  if (count.mode !== DEFAULT_COUNT_OPTIONS.mode) {
    throw refusal("mode", count.mode, "exact", "a line is small enough to be counted exactly");
  }
  if (count.partition !== DEFAULT_COUNT_OPTIONS.partition) {
    throw refusal("partition", count.partition, "hash", "an answer has no parts");
  }
  if (count.group !== DEFAULT_COUNT_OPTIONS.group) {
    throw refusal("group", count.group, "", "each text is counted by itself, and none is kept");
  }
  if (output.columns.length > 0) {
    throw refusal("columns", output.columns.join(), [], "its rows are pairs of key and count");
  }
  if (body.form === "true") {
    throw refusal("form", body.form, DEFAULT_BODY_OPTIONS.form, "the body is lines of JSON");
  }
  if (namesFormat && output.format !== "ndjson") {
    throw refusal("format", output.format, "ndjson", "its answers are lines of JSON");
  }
  if (!namesFormat && negotiateForm(request, "ndjson").format !== "ndjson") {
    throw notAcceptable("accept", request.headers.get("accept")!, [MEDIA_TYPES.ndjson]);
  }
  checkMediaType(request.headers.get("content-type") ?? "");
}

/** @throws {JobError} `unsupported_media`. */
function checkMediaType(type: string): void {
  const kind = type === "" ? undefined : kindOfMedia(type);
  if (type === "" || kind === "ndjson" || kind === STANDARD_OF_CURL) return;
  const value = shorten(type);
  throw new JobError(
    "unsupported_media",
    `Cannot count each line of media type '${value}'; say -H 'content-type: ${ALLOWED[0]}'`,
    { details: { header: "content-type", value, allowed: ALLOWED } },
  );
}

function refusal(parameter: string, value: string, allowed: unknown, reason: string): JobError {
  return new JobError("invalid_parameter", `Cannot use '${parameter}' with each=true: ${reason}`, {
    details: { parameter, value: shorten(value), other: "each", allowed },
  });
}
