import type { Task } from "../../../src/shared/task.ts";

/** What only a worker that has read the whole task can answer. */
export function checksum(task: Task): number {
  const { kind, job, epoch, part, start, bytes } = task;
  return (kind + job * 3 + epoch * 5 + part * 7 + start * 11 + bytes * 13) >>> 0;
}
