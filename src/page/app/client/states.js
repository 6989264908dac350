/** What each state is called, when it comes. */
export const STATES = {
  pending: "waiting",
  running: "counting",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};
