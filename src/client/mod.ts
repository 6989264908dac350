/**
 * A client of Millrace over `fetch`, for Deno, Node, Bun and browsers.
 *
 * @module
 */
export { Millrace } from "./millrace.ts";
export { MillraceError } from "./millrace_error.ts";
export * from "./problem_errors.ts";
export type { Counter, CounterJob, MapRequest } from "./counter.ts";
export type { EachAnswer, EachCount, EachRequest } from "./each.ts";
export type { CountInput, Input } from "./input.ts";
export type { Job } from "./job.ts";
export type { EndEvent, EventsOptions, JobEvent, ProgressEvent, TopEvent } from "./job_events.ts";
export type { Jobs, ListRequest, SubmitRequest } from "./jobs.ts";
export type { Kernels } from "./kernels.ts";
export type { Results, ResultUploadRequest } from "./results.ts";
export type { EngineDocument } from "../contract/engine_status.ts";
export type {
  CallOptions,
  CollocationsDownloadRequest,
  CollocationsRequest,
  CompareDownloadRequest,
  CompareRequest,
  CountRequest,
  DownloadRequest,
  ExactRow,
  KernelOptions,
  MergeRequest,
  PartKey,
  PartRequest,
  ResultDownloadRequest,
  ResultRequest,
  RowOf,
  RowsOptions,
  UploadRequest,
} from "./requests.ts";
export type { ClientOptions } from "./transport.ts";
export type {
  AccessDocument,
  AccessLimits,
  CollocationsDocument,
  ComparisonDocument,
  JobDocument,
  JobState,
  KernelDocument,
  KernelTrialDocument,
  KeyCount,
  KeyStats,
  KeyValue,
  ProblemDocument,
  ResultDocument,
  ResultRow,
} from "../contract/documents.ts";
export type { Right } from "../contract/rights.ts";
