import type { EngineStatus, NodeStatus, UploadMode } from "../contract/engine_status.ts";

/**
 * Whether other nodes are to count a text that a client sends.
 *
 * One core counts 225 to 275 MB/s, and a line of a gigabit brings 117: a node with nothing else to do
 * counts a text as it comes in, and another node could not be faster. So that pays only where this
 * node's threads have more to do already, and others have nothing.
 *
 * @param bytes What its sender has declared.
 * @param look Tells how the cluster is.
 */
export function maySpreadUpload(
  mode: UploadMode,
  bytes: number | undefined,
  splitBytes: number,
  look: () => { isBusy: boolean; others: readonly Pick<NodeStatus, "splits">[] },
): boolean {
  if (mode === "never" || (bytes ?? Infinity) < 2 * splitBytes) return false;
  if (mode === "always") return look().others.length > 0;
  if (bytes === undefined) return false; // it may be short
  const { isBusy, others } = look();
  return isBusy && others.some(({ splits }) => splits === 0);
}

/** Whether jobs or tasks of an engine wait for a thread. */
export function hasBacklog({ queue, tasks }: Pick<EngineStatus, "queue" | "tasks">): boolean {
  return queue.jobs > 0 || tasks.queued > 0 || tasks.pending > 0;
}
