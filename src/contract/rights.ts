/**
 * A right of a key: to read jobs and results, to count, to look inside the server, or to send and
 * remove kernels.
 */
export const RIGHTS = ["read", "write", "observe", "kernels"] as const;

/** One of the rights. */
export type Right = typeof RIGHTS[number];
