import { JOB_MAX_COUNT, JOB_MIN_COUNT } from "../layout";

// Which counts reach the segment of a job. The host bounds no values but those that are counts.

export function leastCount(job: usize): u64 {
  return load<u64>(job, JOB_MIN_COUNT);
}

export function mostCount(job: usize): u64 {
  const most = load<u64>(job, JOB_MAX_COUNT);
  return most == 0 ? u64.MAX_VALUE : most;
}
