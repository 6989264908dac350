/**
 * Every way in which a job or a request can fail, once: a stable code, the HTTP status that
 * says it, a title, after how many seconds asking again makes sense, and whether the client alone
 * brings it about where a status of 5xx says otherwise.
 */
export const PROBLEMS = {
  not_found: { status: 404, title: "No such path" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  not_acceptable: { status: 406, title: "No such form of the answer" },
  uri_too_long: { status: 414, title: "Address too long" },
  misdirected_host: { status: 421, title: "Not a host of this server" },
  not_accepting: { status: 421, title: "Not a node that takes counts" },
  cross_origin: { status: 403, title: "Page of another origin" },
  invalid_host: { status: 400, title: "Host not valid" },
  missing_key: { status: 401, title: "API key missing" },
  invalid_key: { status: 401, title: "API key not valid" },
  missing_right: { status: 403, title: "API key without this right" },
  rate_limited: { status: 429, title: "Too many requests" },
  unknown_parameter: { status: 400, title: "Unknown query parameter" },
  invalid_parameter: { status: 400, title: "Invalid query parameter" },
  duplicate_parameter: { status: 400, title: "Query parameter given twice" },
  empty_body: { status: 400, title: "Empty body" },
  body_aborted: { status: 400, title: "Body ended early" },
  body_too_large: { status: 413, title: "Body too large" },
  expansion_limit: { status: 413, title: "Body expands too much" },
  invalid_encoding: { status: 400, title: "Body cannot be decompressed" },
  invalid_json: { status: 400, title: "Body is no usable JSON" },
  invalid_form: { status: 400, title: "Form cannot be read" },
  invalid_multipart: { status: 400, title: "Multipart body cannot be read" },
  read_timeout: { status: 408, title: "Body stalled" },
  unsupported_media: { status: 415, title: "Unsupported media type" },
  unknown_transfer_coding: { status: 501, title: "Unknown transfer coding", client: true },
  unknown_charset: { status: 415, title: "Unknown charset" },
  invalid_utf8: { status: 422, title: "Body is not UTF-8" },
  broken_record: { status: 422, title: "Record is broken" },
  invalid_header: { status: 400, title: "Invalid header" },
  key_in_use: { status: 409, title: "A request with this key is under way", retryAfter: 1 },
  key_reused: { status: 422, title: "Key of another request" },
  invalid_id: { status: 400, title: "Not an id for a job" },
  id_in_use: { status: 409, title: "A request with this id is under way", retryAfter: 1 },
  id_reused: { status: 422, title: "Id of another job" },
  job_too_large: { status: 413, title: "Job too large to be kept" },
  out_of_storage: { status: 507, title: "Out of storage" },
  url_refused: { status: 403, title: "URL may not be read" },
  url_failed: { status: 424, title: "URL cannot be read" },
  input_not_found: { status: 424, title: "No such input" },
  input_denied: { status: 424, title: "Input may not be read" },
  input_changed: { status: 409, title: "Input changed while it was read" },
  input_lost: { status: 503, title: "Input lost with its server", retryAfter: 1 },
  file_failed: { status: 424, title: "File cannot be read" },
  file_changed: { status: 409, title: "File changed while it was read" },
  unknown_job: { status: 404, title: "No such job" },
  unknown_language: { status: 404, title: "No stop words of this language" },
  not_mergeable: { status: 409, title: "Results of unlike jobs" },
  not_scorable: { status: 409, title: "Result without pairs of words" },
  not_lemmas: { status: 409, title: "Result without lemmas" },
  invalid_list: { status: 400, title: "Word list cannot be read" },
  job_not_finished: { status: 409, title: "Job not finished", retryAfter: 1 },
  precondition_failed: { status: 412, title: "Not what the request is about" },
  range_not_satisfiable: { status: 416, title: "Range beyond the end" },
  order_unavailable: { status: 422, title: "Result too large to reorder" },
  unknown_column: { status: 422, title: "No such column" },
  repeated_column: { status: 422, title: "Several columns of one name" },
  columns_differ: { status: 422, title: "Texts of unlike columns" },
  kernel_refused: { status: 422, title: "Kernel refused" },
  kernel_too_large: { status: 413, title: "Kernel too large" },
  kernel_not_compiled: { status: 422, title: "Kernel does not compile" },
  kernel_compile_limit: { status: 422, title: "Kernel takes too much to compile" },
  compiler_busy: { status: 429, title: "Compiler busy", retryAfter: 2 },
  compiler_unavailable: { status: 501, title: "No compiler here", client: true },
  kernel_trapped: { status: 422, title: "Kernel stopped by itself" },
  kernel_timeout: { status: 422, title: "Kernel took too long" },
  kernel_out_of_memory: { status: 422, title: "Kernel out of memory" },
  kernel_output_too_large: { status: 422, title: "Kernel emits too much" },
  kernel_held: { status: 429, title: "Kernel fails again and again", retryAfter: 1 },
  value_overflow: { status: 422, title: "Values add up to too much" },
  unknown_kernel: { status: 404, title: "No such kernel" },
  too_many_kernels: { status: 409, title: "Too many kernels" },
  job_cancelled: { status: 410, title: "Job cancelled" },
  job_timeout: { status: 504, title: "Job took too long" },
  result_timeout: { status: 504, title: "Result not ready in time", retryAfter: 1 },
  too_many_jobs: { status: 429, title: "Too many jobs", retryAfter: 1 },
  too_many_answers: { status: 503, title: "Too many answers unread", retryAfter: 5 },
  worker_lost: { status: 503, title: "Worker lost", retryAfter: 1 },
  engine_unavailable: { status: 503, title: "Engine unavailable", retryAfter: 5 },
  out_of_memory: { status: 507, title: "Out of memory" },
  disk_full: { status: 507, title: "Out of disk" },
  disk_failed: { status: 500, title: "Disk failed" },
  damaged: { status: 500, title: "Stored data is damaged" },
  engine_closed: { status: 503, title: "Engine closed", retryAfter: 5 },
  shutting_down: { status: 503, title: "Server is shutting down", retryAfter: 5 },
  not_ready: { status: 503, title: "Not ready for work", retryAfter: 1 },
  internal: { status: 500, title: "Internal error" },
} as const satisfies Record<string, ProblemKind>;

interface ProblemKind {
  status: number;
  title: string;
  retryAfter?: number;
  /** Whether a client alone causes what a status of 5xx says. @default {false} */
  client?: true;
}

/** A stable name for what went wrong; never renamed, never reused. */
export type ErrorCode = keyof typeof PROBLEMS;

/**
 * The first digit of a status, as it tells whose doing it is: 4 for what a client alone causes,
 * whatever the status.
 *
 * @param code What was answered or noted, if anything went wrong.
 */
export function classOf(status: number, code?: ErrorCode): number {
  const isClients = status >= 500 && code !== undefined && "client" in PROBLEMS[code];
  return isClients ? 4 : Math.trunc(status / 100);
}

/** What to say next to a message: `cause`, and members that a program may read. */
export interface JobErrorInit extends ErrorOptions {
  /** Members of the problem document, such as `limit`, `allowed`, `parameter`, `offset`. */
  details?: Record<string, unknown>;
}

/**
 * A failure that callers are expected to handle.
 *
 * @example
 * ```ts
 * const message = "Cannot accept body: 70 bytes exceed the limit of 64";
 * const error = new JobError("body_too_large", message, { details: { limit: 64 } });
 * if (error.status !== 413) throw error;
 * ```
 */
export class JobError extends Error {
  override readonly name = "JobError";
  readonly code: ErrorCode;
  /** HTTP status that says the same. */
  readonly status: number;
  readonly details: Record<string, unknown>;

  /**
   * @param code One of {@linkcode PROBLEMS}.
   * @param message The failed action and the numbers, no full stop; it is shown to clients.
   * @param init The cause, and details for programs.
   */
  constructor(code: ErrorCode, message: string, init: JobErrorInit = {}) {
    super(message, init);
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.details = init.details ?? {};
  }
}
