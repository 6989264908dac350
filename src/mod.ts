/**
 * Millrace as a library: count by key over shared memory, on warm worker threads.
 *
 * @module
 */
export { Engine, type EngineOptions, type SubmitOptions } from "./engine/engine.ts";
export type { Job, JobInput, JobProgress, JobResult, JobState, Totals } from "./engine/types.ts";
export { type ErrorCode, JobError } from "./errors.ts";
export type { CountOptions } from "./options.ts";
export { Segment } from "./reduce/segment.ts";
