import { JOB_MAX_COUNT, JOB_MIN_COUNT } from "../layout";
import { hasValues } from "../values/op";

// Which counts reach the segment of a job; values all do.

export function leastCount(job: usize): u64 {
  return hasValues ? 0 : load<u64>(job, JOB_MIN_COUNT);
}

export function mostCount(job: usize): u64 {
  const most = hasValues ? 0 : load<u64>(job, JOB_MAX_COUNT);
  return most == 0 ? u64.MAX_VALUE : most;
}
