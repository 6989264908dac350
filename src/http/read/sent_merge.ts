import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { decodeUtf8 } from "../../input/strings.ts";
import { describeJson } from "../../intake/json_input.ts";
import type { IntakeOptions } from "../../intake/intake_options.ts";
import type { MergeRequest } from "../../store/job_record.ts";
import { readSmallBody } from "./small_body.ts";

/** Most bytes of a document that names results. */
const MERGE_BYTES = 64 * 1024;

/** Most results in one merge; merges may be merged. */
export const MOST_MERGED = 256;

/** Most characters of an id that is looked up. */
const MOST_ID_CHARS = 64;

const ALLOWED = ["jobs", "weights"];

/**
 * Reads the body of a request that names results; see readMerge.
 *
 * @throws {JobError} `body_too_large`, `empty_body`, and as readSmallBody.
 */
export async function readMergeBody(
  request: Request,
  options: IntakeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readSmallBody(request, options, MERGE_BYTES, (bytes, limit) => {
    const message = `Cannot merge: ${bytes} exceed the limit of ${limit} bytes of a document`;
    return new JobError("body_too_large", message, { details: { limit } });
  });
  if (bytes.length > 0) return bytes;
  throw new JobError("empty_body", "Cannot merge: the request has no body");
}

/**
 * Reads which results are to be put together: `{"jobs": ["…", …], "weights": [1, …]}`.
 *
 * @throws {JobError} `invalid_json` with the member, or `invalid_utf8`.
 */
export function readMerge(bytes: Uint8Array): MergeRequest {
  const document = parse(bytes);
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw invalid(`it is ${describeJson(document)}, not an object`, { allowed: ALLOWED });
  }
  const unknown = Object.keys(document).find((name) => !ALLOWED.includes(name));
  if (unknown !== undefined) {
    const member = shorten(unknown);
    throw invalid(`it has an unknown member '${member}'`, { member, allowed: ALLOWED });
  }
  const { jobs, weights } = document as Record<string, unknown>;
  const ids = itemsOf("jobs", jobs, isId, "ids of jobs");
  if (ids.length === 0 || ids.length > MOST_MERGED) {
    const allowed = { least: 1, most: MOST_MERGED };
    throw invalid(`'jobs' has ${ids.length} elements`, { member: "jobs", allowed });
  }
  if (weights === undefined) return { jobs: ids };
  const allowed = `integers from 1 to ${Number.MAX_SAFE_INTEGER}`;
  const numbers = itemsOf("weights", weights, isWeight, allowed);
  if (numbers.length === ids.length) return { jobs: ids, weights: numbers };
  const reason = `'weights' has ${numbers.length} elements, and 'jobs' has ${ids.length}`;
  throw invalid(reason, { member: "weights", allowed: ids.length });
}

function parse(bytes: Uint8Array): unknown {
  const { text } = decodeUtf8(bytes, "reject");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid((cause as Error).message, {}, cause);
  }
}

function itemsOf<T>(
  member: string,
  value: unknown,
  isItem: (item: unknown) => item is T,
  allowed: string,
): T[] {
  if (!Array.isArray(value)) {
    const what = value === undefined ? "missing" : describeJson(value);
    throw invalid(`'${member}' is ${what}, not an array`, { member, allowed });
  }
  const index = value.findIndex((item) => !isItem(item));
  if (index < 0) return value;
  const shown = shorten(JSON.stringify(value[index]));
  throw invalid(`'${member}' element ${index} is ${shown}, not one of ${allowed}`, {
    member,
    index,
    allowed,
  });
}

function isId(item: unknown): item is string {
  return typeof item === "string" && item.length > 0 && item.length <= MOST_ID_CHARS;
}

function isWeight(item: unknown): item is number {
  return Number.isSafeInteger(item) && item as number >= 1;
}

function invalid(reason: string, details: Record<string, unknown>, cause?: unknown): JobError {
  const message = `Cannot read what is to be merged: ${reason}`;
  return new JobError("invalid_json", message, { cause, details });
}
