import { BODY_PARAMETERS, type BodyOptions } from "../contract/options.ts";
import { type JobRecord, RECORD_VERSION, type SpooledSubmission } from "./job_record.ts";
import type { Seal } from "./seal.ts";

/**
 * A record of a release that wrote no version into it, the last of them 0.2.0. It kept the request
 * and not what the request handed in.
 */
export type OldJobRecord =
  & Omit<JobRecord, "version" | "submission" | "requestKey">
  & { request?: OldRequest; key?: JobRecord["requestKey"] };

/** What decided how the body of a request was counted. */
export interface OldRequest {
  /** The query of its URL as it stood there. All but `form` and `decompress` are in the options. */
  query: string;
  /** `content-type` and `content-encoding`, where it had them. */
  headers: Record<string, string>;
  bytes: number;
  /** None in records of releases before 0.2. */
  seal?: Seal;
}

/** The same record in the form of today. */
export function readOldJobRecord({ request, key, ...rest }: OldJobRecord): JobRecord {
  return {
    version: RECORD_VERSION,
    ...rest,
    submission: request && readRequest(request),
    requestKey: key,
  };
}

function readRequest({ query, headers, bytes, seal }: OldRequest): SpooledSubmission {
  return {
    body: readBody(new URLSearchParams(query)),
    mediaType: headers["content-type"],
    codings: headers["content-encoding"],
    bytes,
    seal,
  };
}

/** What a query said that was accepted: its values are right, in any case and with blanks. */
function readBody(query: URLSearchParams): BodyOptions {
  return {
    form: readChoice(query.get("form"), BODY_PARAMETERS.form),
    decompress: readChoice(query.get("decompress"), BODY_PARAMETERS.decompress),
  };
}

function readChoice<T extends string>(
  text: string | null,
  { values, default: standard }: { values: readonly T[]; default: T },
): T {
  const wanted = text?.trim().toLowerCase();
  return values.find((value) => value === wanted) ?? standard;
}
