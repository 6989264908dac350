/**
 * Millrace as a library: count by key over shared memory, on warm worker threads.
 *
 * @module
 */
export { type CloseOptions, Engine } from "./engine/engine.ts";
export type { EngineOptions } from "./engine/engine_options.ts";
export { asCompleted } from "./engine/job/as_completed.ts";
export type { MapOptions } from "./engine/map_inputs.ts";
export type { EngineBounds, EngineStatus, ThreadStatus } from "./contract/engine_status.ts";
export type {
  Accounting,
  Job,
  JobCounters,
  JobHandle,
  JobInput,
  JobObserver,
  JobProgress,
  JobResult,
  JobState,
  KeyCount,
  ObservedJob,
  Priority,
  ProgressOptions,
  ResultReport,
  Spilled,
  StageMarks,
  StageTimes,
  SubmitOptions,
  Totals,
  WaitOptions,
} from "./engine/job_contract.ts";
export type { ResultValues } from "./contract/documents.ts";
export { type ErrorCode, JobError } from "./contract/problems.ts";
export type { CountOptions } from "./contract/options.ts";
export type { KernelManifest, RunnableKernel } from "./contract/kernel_manifest.ts";
export type { FileInput, Files } from "./input/file_input.ts";
export type { TextPart, Texts } from "./input/text_series.ts";
export type { Words } from "./input/word_list.ts";
export { Decimal, scaleOf } from "./contract/decimals.ts";
export type { Aggregate, Stats } from "./contract/stats.ts";
export { splitKeyParts } from "./contract/compound_keys.ts";
export { readStats, tellAggregate } from "./output/key_stats.ts";
export { openResultRecords } from "./output/result_records.ts";
export { FileSegment } from "./reduce/file_segment.ts";
export { type RecordCursor, Segment } from "./reduce/segment.ts";
