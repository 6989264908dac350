/** Where a job stands. `pending` waits for its input or for room in the engine. */
export const JOB_STATES = ["pending", "running", "done", "failed", "cancelled"] as const;
