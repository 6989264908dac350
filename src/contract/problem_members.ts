import type { ProblemDocument } from "./documents.ts";
import type { ErrorCode } from "./problems.ts";

/** What a member of a problem is; `any` may be of several kinds. */
type MemberKind = "string" | "number" | "strings" | "list" | "any";

const LIMIT = { limit: "number" } as const;
const HEADER = { header: "string", value: "string", allowed: "any" } as const;
const PARAMETER = { parameter: "string", value: "string", allowed: "any" } as const;
/** Number of the line and of the byte in it, from 1, and which of several texts has it. */
const PLACE = {
  offset: "number",
  line: "number",
  column: "number",
  part: "number",
  name: "string",
} as const;
const KERNEL = { kernel: "string" } as const;
const KERNEL_USE = { kernel: "string", limit: "number", offset: "number" } as const;

/**
 * Members that problems have beside those of RFC 9457, where they are known; a member is left out
 * where nothing can be said of it, and a problem may have others.
 */
export const PROBLEM_MEMBERS = {
  unknown_parameter: { parameter: "string", nearest: "string", allowed: "any" },
  invalid_parameter: {
    ...PARAMETER,
    value: "any",
    other: "string",
    nearest: "string",
    position: "number",
    found: "string",
  },
  duplicate_parameter: { parameter: "string", values: "strings" },
  unknown_charset: { ...PARAMETER, header: "string", charset: "string" },
  unsupported_media: HEADER,
  invalid_header: HEADER,
  not_acceptable: { header: "string", value: "string", allowed: "any" },
  uri_too_long: LIMIT,
  body_too_large: LIMIT,
  expansion_limit: LIMIT,
  job_too_large: LIMIT,
  kernel_too_large: LIMIT,
  out_of_memory: LIMIT,
  disk_full: LIMIT,
  too_many_jobs: LIMIT,
  read_timeout: LIMIT,
  job_timeout: LIMIT,
  rate_limited: { limit: "number", windowSeconds: "number", retryAfter: "number" },
  invalid_utf8: PLACE,
  unknown_column: { column: "any", nearest: "string", columns: "strings" },
  repeated_column: { column: "string", places: "list" },
  columns_differ: { ...PLACE, column: "any", first: "any", found: "any" },
  broken_record: { ...PLACE, reason: "string" },
  worker_lost: { offset: "number" },
  invalid_id: { value: "string", allowed: "any" },
  unknown_job: { job: "string" },
  job_not_finished: { state: "string", progress: "any" },
  missing_right: { right: "string" },
  url_refused: { url: "string" },
  url_failed: { url: "string" },
  input_not_found: { url: "string" },
  input_denied: { url: "string" },
  input_changed: { url: "string" },
  input_lost: { node: "string" },
  not_accepting: { nodes: "strings" },
  unknown_kernel: { ...KERNEL, nearest: "string", allowed: "any" },
  kernel_not_compiled: { diagnostics: "list" },
  kernel_trapped: KERNEL_USE,
  kernel_timeout: KERNEL_USE,
  kernel_out_of_memory: KERNEL_USE,
  kernel_output_too_large: KERNEL_USE,
  kernel_held: { ...KERNEL, limit: "number", last: "string", retryAfter: "number" },
  method_not_allowed: { method: "string", allowed: "strings" },
  range_not_satisfiable: { header: "string", value: "string", length: "number" },
} as const satisfies Partial<Record<ErrorCode, Readonly<Record<string, MemberKind>>>>;

/** The value of a member of a kind. */
interface MemberValue {
  string: string;
  number: number;
  strings: readonly string[];
  list: readonly unknown[];
  any: unknown;
}

type Table = typeof PROBLEM_MEMBERS;

type MembersOf<T> = { readonly [Name in keyof T]?: MemberValue[T[Name] & MemberKind] };

/** The problem document of a code, with the members that are known of it. */
export type ProblemOf<Code extends ErrorCode> = Code extends keyof Table
  ? ProblemDocument & MembersOf<Table[Code]>
  : ProblemDocument;
