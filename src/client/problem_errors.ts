// Written by `deno task docs`, from src/contract/problems.ts.

import { ProblemError } from "./millrace_error.ts";

/** No such path (404). */
export class NotFoundError extends ProblemError<"not_found"> {}

/** Method not allowed (405). */
export class MethodNotAllowedError extends ProblemError<"method_not_allowed"> {}

/** No such form of the answer (406). */
export class NotAcceptableError extends ProblemError<"not_acceptable"> {}

/** Address too long (414). */
export class UriTooLongError extends ProblemError<"uri_too_long"> {}

/** Not a host of this server (421). */
export class MisdirectedHostError extends ProblemError<"misdirected_host"> {}

/** Not a node that takes counts (421). */
export class NotAcceptingError extends ProblemError<"not_accepting"> {}

/** Page of another origin (403). */
export class CrossOriginError extends ProblemError<"cross_origin"> {}

/** Host not valid (400). */
export class InvalidHostError extends ProblemError<"invalid_host"> {}

/** API key missing (401). */
export class MissingKeyError extends ProblemError<"missing_key"> {}

/** API key not valid (401). */
export class InvalidKeyError extends ProblemError<"invalid_key"> {}

/** API key without this right (403). */
export class MissingRightError extends ProblemError<"missing_right"> {}

/** Too many requests (429). */
export class RateLimitedError extends ProblemError<"rate_limited"> {}

/** Unknown query parameter (400). */
export class UnknownParameterError extends ProblemError<"unknown_parameter"> {}

/** Invalid query parameter (400). */
export class InvalidParameterError extends ProblemError<"invalid_parameter"> {}

/** Query parameter given twice (400). */
export class DuplicateParameterError extends ProblemError<"duplicate_parameter"> {}

/** Empty body (400). */
export class EmptyBodyError extends ProblemError<"empty_body"> {}

/** Body ended early (400). */
export class BodyAbortedError extends ProblemError<"body_aborted"> {}

/** Body too large (413). */
export class BodyTooLargeError extends ProblemError<"body_too_large"> {}

/** Body expands too much (413). */
export class ExpansionLimitError extends ProblemError<"expansion_limit"> {}

/** Body cannot be decompressed (400). */
export class InvalidEncodingError extends ProblemError<"invalid_encoding"> {}

/** Body is no usable JSON (400). */
export class InvalidJsonError extends ProblemError<"invalid_json"> {}

/** Form cannot be read (400). */
export class InvalidFormError extends ProblemError<"invalid_form"> {}

/** Multipart body cannot be read (400). */
export class InvalidMultipartError extends ProblemError<"invalid_multipart"> {}

/** Body stalled (408). */
export class ReadTimeoutError extends ProblemError<"read_timeout"> {}

/** Unsupported media type (415). */
export class UnsupportedMediaError extends ProblemError<"unsupported_media"> {}

/** Unknown transfer coding (501). */
export class UnknownTransferCodingError extends ProblemError<"unknown_transfer_coding"> {}

/** Unknown charset (415). */
export class UnknownCharsetError extends ProblemError<"unknown_charset"> {}

/** Body is not UTF-8 (422). */
export class InvalidUtf8Error extends ProblemError<"invalid_utf8"> {}

/** Record is broken (422). */
export class BrokenRecordError extends ProblemError<"broken_record"> {}

/** Invalid header (400). */
export class InvalidHeaderError extends ProblemError<"invalid_header"> {}

/** A request with this key is under way (409). */
export class KeyInUseError extends ProblemError<"key_in_use"> {}

/** Key of another request (422). */
export class KeyReusedError extends ProblemError<"key_reused"> {}

/** Not an id for a job (400). */
export class InvalidIdError extends ProblemError<"invalid_id"> {}

/** A request with this id is under way (409). */
export class IdInUseError extends ProblemError<"id_in_use"> {}

/** Id of another job (422). */
export class IdReusedError extends ProblemError<"id_reused"> {}

/** Job too large to be kept (413). */
export class JobTooLargeError extends ProblemError<"job_too_large"> {}

/** Out of storage (507). */
export class OutOfStorageError extends ProblemError<"out_of_storage"> {}

/** URL may not be read (403). */
export class UrlRefusedError extends ProblemError<"url_refused"> {}

/** URL cannot be read (424). */
export class UrlFailedError extends ProblemError<"url_failed"> {}

/** No such input (424). */
export class InputNotFoundError extends ProblemError<"input_not_found"> {}

/** Input may not be read (424). */
export class InputDeniedError extends ProblemError<"input_denied"> {}

/** Input changed while it was read (409). */
export class InputChangedError extends ProblemError<"input_changed"> {}

/** Input lost with its server (503). */
export class InputLostError extends ProblemError<"input_lost"> {}

/** File cannot be read (424). */
export class FileFailedError extends ProblemError<"file_failed"> {}

/** File changed while it was read (409). */
export class FileChangedError extends ProblemError<"file_changed"> {}

/** No such job (404). */
export class UnknownJobError extends ProblemError<"unknown_job"> {}

/** No stop words of this language (404). */
export class UnknownLanguageError extends ProblemError<"unknown_language"> {}

/** Results of unlike jobs (409). */
export class NotMergeableError extends ProblemError<"not_mergeable"> {}

/** Result without pairs of words (409). */
export class NotScorableError extends ProblemError<"not_scorable"> {}

/** Result without lemmas (409). */
export class NotLemmasError extends ProblemError<"not_lemmas"> {}

/** Word list cannot be read (400). */
export class InvalidListError extends ProblemError<"invalid_list"> {}

/** Job not finished (409). */
export class JobNotFinishedError extends ProblemError<"job_not_finished"> {}

/** Not what the request is about (412). */
export class PreconditionFailedError extends ProblemError<"precondition_failed"> {}

/** Range beyond the end (416). */
export class RangeNotSatisfiableError extends ProblemError<"range_not_satisfiable"> {}

/** Result too large to reorder (422). */
export class OrderUnavailableError extends ProblemError<"order_unavailable"> {}

/** No such column (422). */
export class UnknownColumnError extends ProblemError<"unknown_column"> {}

/** Several columns of one name (422). */
export class RepeatedColumnError extends ProblemError<"repeated_column"> {}

/** Texts of unlike columns (422). */
export class ColumnsDifferError extends ProblemError<"columns_differ"> {}

/** Kernel refused (422). */
export class KernelRefusedError extends ProblemError<"kernel_refused"> {}

/** Kernel too large (413). */
export class KernelTooLargeError extends ProblemError<"kernel_too_large"> {}

/** Kernel does not compile (422). */
export class KernelNotCompiledError extends ProblemError<"kernel_not_compiled"> {}

/** Kernel takes too much to compile (422). */
export class KernelCompileLimitError extends ProblemError<"kernel_compile_limit"> {}

/** Compiler busy (429). */
export class CompilerBusyError extends ProblemError<"compiler_busy"> {}

/** No compiler here (501). */
export class CompilerUnavailableError extends ProblemError<"compiler_unavailable"> {}

/** Kernel stopped by itself (422). */
export class KernelTrappedError extends ProblemError<"kernel_trapped"> {}

/** Kernel took too long (422). */
export class KernelTimeoutError extends ProblemError<"kernel_timeout"> {}

/** Kernel out of memory (422). */
export class KernelOutOfMemoryError extends ProblemError<"kernel_out_of_memory"> {}

/** Kernel emits too much (422). */
export class KernelOutputTooLargeError extends ProblemError<"kernel_output_too_large"> {}

/** Kernel fails again and again (429). */
export class KernelHeldError extends ProblemError<"kernel_held"> {}

/** Values add up to too much (422). */
export class ValueOverflowError extends ProblemError<"value_overflow"> {}

/** No such kernel (404). */
export class UnknownKernelError extends ProblemError<"unknown_kernel"> {}

/** Too many kernels (409). */
export class TooManyKernelsError extends ProblemError<"too_many_kernels"> {}

/** Job cancelled (410). */
export class JobCancelledError extends ProblemError<"job_cancelled"> {}

/** Job took too long (504). */
export class JobTimeoutError extends ProblemError<"job_timeout"> {}

/** Result not ready in time (504). */
export class ResultTimeoutError extends ProblemError<"result_timeout"> {}

/** Too many jobs (429). */
export class TooManyJobsError extends ProblemError<"too_many_jobs"> {}

/** Too many answers unread (503). */
export class TooManyAnswersError extends ProblemError<"too_many_answers"> {}

/** Worker lost (503). */
export class WorkerLostError extends ProblemError<"worker_lost"> {}

/** Engine unavailable (503). */
export class EngineUnavailableError extends ProblemError<"engine_unavailable"> {}

/** Out of memory (507). */
export class OutOfMemoryError extends ProblemError<"out_of_memory"> {}

/** Out of disk (507). */
export class DiskFullError extends ProblemError<"disk_full"> {}

/** Disk failed (500). */
export class DiskFailedError extends ProblemError<"disk_failed"> {}

/** Stored data is damaged (500). */
export class DamagedError extends ProblemError<"damaged"> {}

/** Engine closed (503). */
export class EngineClosedError extends ProblemError<"engine_closed"> {}

/** Server is shutting down (503). */
export class ShuttingDownError extends ProblemError<"shutting_down"> {}

/** Not ready for work (503). */
export class NotReadyError extends ProblemError<"not_ready"> {}

/** Internal error (500). */
export class InternalError extends ProblemError<"internal"> {}

/** The class of every problem, by its code. */
export const ERROR_CLASSES = {
  not_found: NotFoundError,
  method_not_allowed: MethodNotAllowedError,
  not_acceptable: NotAcceptableError,
  uri_too_long: UriTooLongError,
  misdirected_host: MisdirectedHostError,
  not_accepting: NotAcceptingError,
  cross_origin: CrossOriginError,
  invalid_host: InvalidHostError,
  missing_key: MissingKeyError,
  invalid_key: InvalidKeyError,
  missing_right: MissingRightError,
  rate_limited: RateLimitedError,
  unknown_parameter: UnknownParameterError,
  invalid_parameter: InvalidParameterError,
  duplicate_parameter: DuplicateParameterError,
  empty_body: EmptyBodyError,
  body_aborted: BodyAbortedError,
  body_too_large: BodyTooLargeError,
  expansion_limit: ExpansionLimitError,
  invalid_encoding: InvalidEncodingError,
  invalid_json: InvalidJsonError,
  invalid_form: InvalidFormError,
  invalid_multipart: InvalidMultipartError,
  read_timeout: ReadTimeoutError,
  unsupported_media: UnsupportedMediaError,
  unknown_transfer_coding: UnknownTransferCodingError,
  unknown_charset: UnknownCharsetError,
  invalid_utf8: InvalidUtf8Error,
  broken_record: BrokenRecordError,
  invalid_header: InvalidHeaderError,
  key_in_use: KeyInUseError,
  key_reused: KeyReusedError,
  invalid_id: InvalidIdError,
  id_in_use: IdInUseError,
  id_reused: IdReusedError,
  job_too_large: JobTooLargeError,
  out_of_storage: OutOfStorageError,
  url_refused: UrlRefusedError,
  url_failed: UrlFailedError,
  input_not_found: InputNotFoundError,
  input_denied: InputDeniedError,
  input_changed: InputChangedError,
  input_lost: InputLostError,
  file_failed: FileFailedError,
  file_changed: FileChangedError,
  unknown_job: UnknownJobError,
  unknown_language: UnknownLanguageError,
  not_mergeable: NotMergeableError,
  not_scorable: NotScorableError,
  not_lemmas: NotLemmasError,
  invalid_list: InvalidListError,
  job_not_finished: JobNotFinishedError,
  precondition_failed: PreconditionFailedError,
  range_not_satisfiable: RangeNotSatisfiableError,
  order_unavailable: OrderUnavailableError,
  unknown_column: UnknownColumnError,
  repeated_column: RepeatedColumnError,
  columns_differ: ColumnsDifferError,
  kernel_refused: KernelRefusedError,
  kernel_too_large: KernelTooLargeError,
  kernel_not_compiled: KernelNotCompiledError,
  kernel_compile_limit: KernelCompileLimitError,
  compiler_busy: CompilerBusyError,
  compiler_unavailable: CompilerUnavailableError,
  kernel_trapped: KernelTrappedError,
  kernel_timeout: KernelTimeoutError,
  kernel_out_of_memory: KernelOutOfMemoryError,
  kernel_output_too_large: KernelOutputTooLargeError,
  kernel_held: KernelHeldError,
  value_overflow: ValueOverflowError,
  unknown_kernel: UnknownKernelError,
  too_many_kernels: TooManyKernelsError,
  job_cancelled: JobCancelledError,
  job_timeout: JobTimeoutError,
  result_timeout: ResultTimeoutError,
  too_many_jobs: TooManyJobsError,
  too_many_answers: TooManyAnswersError,
  worker_lost: WorkerLostError,
  engine_unavailable: EngineUnavailableError,
  out_of_memory: OutOfMemoryError,
  disk_full: DiskFullError,
  disk_failed: DiskFailedError,
  damaged: DamagedError,
  engine_closed: EngineClosedError,
  shutting_down: ShuttingDownError,
  not_ready: NotReadyError,
  internal: InternalError,
};
