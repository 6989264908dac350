import { sleep } from "../async/sleep.ts";
import { storageFailed } from "./storage_error.ts";

/** How often a commit is tried, and the longest pause between two tries. */
const TRIES = 100;
const MOST_PAUSE_MS = 100;

/**
 * Commits a change, and tries again while another process writes to the file. The file is locked
 * then: Deno KV says so at once, and changes nothing.
 *
 * @throws {JobError} `out_of_storage` when the disk is full, with nothing changed either.
 */
export async function commit(
  change: Deno.AtomicOperation,
): Promise<Deno.KvCommitResult | Deno.KvCommitError> {
  for (let tries = 1;; tries++) {
    try {
      return await change.commit();
    } catch (error) {
      const { message } = error as Error;
      if (/disk is full/.test(message)) throw storageFailed(error);
      if (tries === TRIES || !/database is locked/.test(message)) throw error;
    }
    await sleep(Math.random() * Math.min(MOST_PAUSE_MS, 5 * tries));
  }
}
