import { mapAhead } from "../async/map_ahead.ts";
import { JobError } from "../contract/problems.ts";
import type { Job, JobInput, JobResult, SubmitOptions } from "./job_contract.ts";

/** How many inputs are counted, and how far ahead of their answers. */
export interface MapOptions extends SubmitOptions {
  /** Most inputs that are submitted and not yet answered. @default {4 per worker} */
  lookAhead?: number;
}

/**
 * Answers in the order of the inputs, with some of them counted ahead. A full engine shortens the
 * window; an input is refused only when the window is empty.
 */
export function mapInputs(
  inputs: Iterable<JobInput> | AsyncIterable<JobInput>,
  options: { lookAhead: number; signal?: AbortSignal },
  submit: (input: JobInput) => Job,
): AsyncGenerator<JobResult, void, void> {
  return mapAhead(inputs, options, (input, mayWait) => {
    try {
      return submit(input);
    } catch (error) {
      const isFull = error instanceof JobError && error.code === "too_many_jobs";
      if (isFull && mayWait) return undefined;
      throw error;
    }
  });
}
