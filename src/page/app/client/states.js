/** What each state is called, when it comes. */
export const STATES = {
  pending: "waiting",
  running: "counting",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};

/** Whether nothing comes any more. @param {keyof typeof STATES} state */
export function hasEnded(state) {
  return state !== "pending" && state !== "running";
}
