import { MEDIA_TYPES } from "../../contract/media_types.ts";
import {
  type CountOptions,
  DEFAULT_BODY_OPTIONS,
  DEFAULT_COUNT_OPTIONS,
} from "../../contract/options.ts";
import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { RECORD_PARAMETERS } from "../../contract/record_options.ts";
import { kindOfMedia } from "../../input/media_kinds.ts";
import { negotiateForm, notAcceptable } from "./negotiation.ts";
import type { CountQuery } from "./query.ts";

/** What curl says of a body unless it is told something else. */
const STANDARD_OF_CURL = "form";

const ALLOWED = ["application/x-ndjson"];

/**
 * Refuses what has no meaning where each line of the body gets an answer. A default value is never
 * refused, so that a client may always send all of them.
 *
 * @throws {JobError} `invalid_parameter`, `not_acceptable` or `unsupported_media`.
 */
export function checkEachRequest(request: Request, query: CountQuery): void {
  const { count, kernel, body, output, namesFormat } = query;
  if (kernel) throw refusal("kernel", kernel.name, "words", "kernels map one text at a time");
  for (const [name, { default: standard }] of Object.entries(RECORD_PARAMETERS)) {
    const value = String(count[name as keyof CountOptions]);
    if (value === String(standard)) continue;
    throw refusal(name, value, standard, "each line is a text, which is cut into tokens");
  }
  if (count.tokenizer === "icu") {
    const allowed = ["unicode", "whitespace", "ascii", "lines"];
    throw refusal("tokenizer", "icu", allowed, "ICU cuts one text at a time");
  }
  if (count.partition !== DEFAULT_COUNT_OPTIONS.partition) {
    throw refusal("partition", count.partition, "hash", "an answer has no parts");
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
