import { getLogger } from "@logtape/logtape";

const logger = getLogger("millrace");

/** Begins the log line of a rejected promise that no code awaits; tests look for it. */
export const UNOWNED_REJECTION = "A promise that nobody awaited was rejected";

let count = 0;

/** How many such promises there were; each is a fault of the server. */
export function countUnownedRejections(): number {
  return count;
}

/**
 * The last resort for a rejected promise that no code awaits: it is logged and counted, and the
 * process goes on, where Deno would end it. One request's trouble must not end all others. An error
 * outside of promises still ends the process.
 */
export function surviveRejections(target: EventTarget = globalThis): void {
  target.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    noteRejection((event as PromiseRejectionEvent).reason);
  });
}

/** Logs and counts such a promise, of this thread or another. */
export function noteRejection(error: unknown): void {
  count++;
  logger.error(UNOWNED_REJECTION, { error });
}
