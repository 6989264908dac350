import type { KernelManifest } from "../../contract/kernel_manifest.ts";
import { type ErrorCode, JobError } from "../../contract/problems.ts";
import { SPARE_MEMORY } from "../../shared/kernel_limits.ts";
import {
  KERNEL_CROWDED,
  KERNEL_OUT_OF_MEMORY,
  KERNEL_OUTPUT_TOO_LARGE,
  KERNEL_TIMEOUT,
} from "../../shared/task_status.ts";
import { MOST_FULL_SLICES, MOST_SLICE_MS } from "../workforce/kernel_watch.ts";

/** What bounds user kernels. */
export interface KernelLimits {
  /** Longest time that a chunk may take. */
  timeoutMs: number;
  /** Most bytes of an instance's memory. */
  memoryBytes: number;
}

/** How records take less memory. */
const SPARE_KEYS =
  "a record has one key for each of its words; shorter groups or records take less";

/** A user kernel that has failed. */
export interface KernelFailure {
  id: string;
  /** Whether it is ours, the kernel of records. */
  isTrusted?: boolean;
  /** One of KERNEL_*. */
  status: number;
  /** Where the record that it had in hand begins in the input, as it says. */
  offset: number;
  /** Members that say where that is better than the offset does. */
  place: Record<string, unknown> | undefined;
  /** What the thread says of it; empty where it says nothing. */
  reason: string;
}

/** A user kernel has failed, and with it the job. No other thread would fare better. */
export function kernelFailed(failure: KernelFailure, limits: KernelLimits): JobError {
  const { id, offset, place, reason } = failure;
  const { code, why, limit } = describe(failure, limits);
  const details: Record<string, unknown> = { kernel: id, offset, ...place };
  if (limit !== undefined) details.limit = limit;
  if (reason !== "") details.reason = reason;
  const where = details.offset === undefined ? "while it combined" : `at byte ${details.offset}`;
  return new JobError(code, `Kernel failed ${where}: ${why}`, { details });
}

function describe(
  { isTrusted, status, reason }: KernelFailure,
  { timeoutMs, memoryBytes }: KernelLimits,
): { code: ErrorCode; why: string; limit?: number } {
  switch (status) {
    case KERNEL_TIMEOUT: {
      const why =
        `the chunk took longer than ${timeoutMs} ms; try one record to see if a loop does not end`;
      return { code: "kernel_timeout", why, limit: timeoutMs };
    }
    case KERNEL_CROWDED: {
      const why = `the chunk takes longer than ${MOST_SLICE_MS} ms, and others waited for the ` +
        `engine's only thread ${MOST_FULL_SLICES} times`;
      return { code: "kernel_timeout", why, limit: MOST_SLICE_MS };
    }
    case KERNEL_OUT_OF_MEMORY: {
      const advice = isTrusted ? SPARE_KEYS : SPARE_MEMORY;
      const why = `it needs more than ${memoryBytes} bytes of memory; ${advice}`;
      return { code: "kernel_out_of_memory", why, limit: memoryBytes };
    }
    case KERNEL_OUTPUT_TOO_LARGE:
      return {
        code: "kernel_output_too_large",
        why: `${reason || "its output is too large"}; emit fewer or shorter keys`,
      };
    default:
      return { code: "kernel_trapped", why: reason || "it has trapped" };
  }
}

/** A kernel that combines leaves as many values as there were. */
export function combinedTooLittle(id: string, stages: number): JobError {
  const reason = `after ${stages} rounds there are still too many values of one key`;
  const message = `Kernel failed while it combined: ${reason}`;
  return new JobError("kernel_trapped", message, { details: { kernel: id, reason } });
}

/** The values of a key have a sum that their type does not hold. */
export function valueOverflow(
  { op, value, stats }: Pick<KernelManifest, "op" | "value" | "stats">,
): JobError {
  const limit = stats
    ? String(10n ** 20n)
    : value === "i64"
    ? "9223372036854775807"
    : String(Number.MAX_VALUE);
  const advice = value === "i64" ? '; values of type "decimal(0)" have sums of 38 digits' : "";
  return new JobError(
    "value_overflow",
    `Cannot answer: the ${op ?? "sum"} of a key's values is beyond ${limit}${advice}`,
    { details: { limit } },
  );
}

/** @param bytes Of the module and its options. */
export function noRoomForKernel(bytes: number): JobError {
  const message = `Cannot start job: no room for a kernel of ${bytes} bytes`;
  return new JobError("out_of_memory", message);
}

/** The input is words, which are keys as they are. */
export function kernelOverWords(id: string): JobError {
  const message = `Cannot run kernel ${id}: the input is words, a kernel takes text`;
  return new JobError("unsupported_media", message);
}
