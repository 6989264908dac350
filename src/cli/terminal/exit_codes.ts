/** What the process says as it ends. */
export const EXIT = Object.freeze({
  done: 0,
  failed: 1,
  /** The command line cannot be read. */
  usage: 2,
  /** Some inputs could not be read; the rest is counted. */
  partly: 3,
  /** A server has refused. */
  refused: 4,
  /** Ended by SIGINT. */
  interrupted: 130,
});
