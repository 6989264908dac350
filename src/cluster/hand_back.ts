import { DelayedError, type Job } from "bullmq";

/** How long a split is out of sight that a node has handed back. */
const HAND_BACK_MS = 500;

/**
 * Leaves a split to other nodes: it keeps its place among those that wait. This node's clock says when,
 * since this node looks whether it is time as well.
 *
 * @param token Of the lock that this node has on it.
 * @throws {DelayedError} Which is no attempt at it.
 */
export async function handBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToDelayed(Date.now() + HAND_BACK_MS, token);
  throw new DelayedError();
}
