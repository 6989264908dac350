import type { Outcome, Result, Task, TaskKind } from "../../src/shared/task.ts";
import { checksum } from "./queue_stress_layout.ts";

/** A task whose every field but the part is a checksum of the part. */
export function writeTask(task: Task, part: number, seed: number): void {
  task.kind = (checksum(part, 0, seed) | 0) as TaskKind; // the queue does not look at it
  task.job = checksum(part, 1, seed) | 0;
  task.epoch = checksum(part, 2, seed) | 0;
  task.part = part;
  task.start = checksum(part, 3, seed);
  task.bytes = checksum(part, 4, seed);
}

/** Whether a task is torn, or a mix of two. */
function isTornTask({ kind, job, epoch, part, start, bytes }: Task, seed: number): boolean {
  return kind !== (checksum(part, 0, seed) | 0) || job !== (checksum(part, 1, seed) | 0) ||
    epoch !== (checksum(part, 2, seed) | 0) || start !== checksum(part, 3, seed) ||
    bytes !== checksum(part, 4, seed);
}

/** The fields that a result carries as unsigned checksums. */
const FIELDS = ["tokens", "replaced", "offset", "edges", "edgesBytes", "micros"] as const;

/** An outcome of the task, likewise; `status` says whether the task was torn. */
export function writeOutcome(outcome: Outcome, task: Task, seed: number): void {
  outcome.status = isTornTask(task, seed) ? 1 : 0;
  FIELDS.forEach((field, i) => outcome[field] = checksum(task.part, 5 + i, seed));
}

export function isTornResult(result: Result, seed: number): boolean {
  return isTornTask(result, seed) ||
    FIELDS.some((field, i) => result[field] !== checksum(result.part, 5 + i, seed));
}
