import { getLogger } from "@logtape/logtape";

const logger = getLogger("millrace");

/** Begins the log line of a promise that nobody awaited; tests look for it. */
export const UNOWNED_REJECTION = "A promise that nobody awaited was rejected";

let count = 0;

/** How many there were; each is a fault of the server's. */
export function countUnownedRejections(): number {
  return count;
}

/**
 * The last resort for a promise that was rejected and that nobody awaits: it is logged and counted,
 * and the process goes on, where Deno would end it. One request's trouble must not end those of all
 * others; what is thrown outside of promises still ends the process.
 */
export function surviveRejections(target: EventTarget = globalThis): void {
  target.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    count++;
    logger.error(UNOWNED_REJECTION, { error: (event as PromiseRejectionEvent).reason });
  });
}
