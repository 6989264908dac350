import { KvBlobs } from "./kv_blobs.ts";
import { KvStore } from "./kv_store.ts";
import type { DurableStore } from "./job_store.ts";
import { SealedBlobs } from "./sealed_blobs.ts";

/** A job's input is kept in values of 64 kB, a thousand of them and no more. */
const MOST_INPUT_BYTES = 64 * 1024 * 1024;

/** Longer than a job waits for its turn: then its pages go, and it fails. */
const INPUT_TTL_MS = 7 * 24 * 3600 * 1000;

/** How much longer than their records pages of results are there. */
const RESULT_SLACK_MS = 24 * 3600 * 1000;

/**
 * Opens a Deno KV store that several instances work on. Inputs and results are in pages, since
 * there are no files. Opening it changes nothing for the other instances.
 *
 * @param path As `Deno.openKv` takes it; none for the store that comes with Deno Deploy.
 * @param options.heldBytes Most bytes of results to hold in memory.
 * @param options.ttlMs How long a job is kept once it has ended.
 */
export async function openSharedStore(
  path: string | undefined,
  { heldBytes, ttlMs }: { heldBytes: number; ttlMs: number },
): Promise<DurableStore> {
  const kv = await Deno.openKv(path);
  const results = new SealedBlobs(new KvBlobs(kv, "result", { ttlMs: ttlMs + RESULT_SLACK_MS }));
  const inputs = new KvBlobs(kv, "input", { maxBytes: MOST_INPUT_BYTES, ttlMs: INPUT_TTL_MS });
  const store = new KvStore(kv, { results, heldBytes, shared: true });
  return {
    store,
    inputs: new SealedBlobs(inputs),
    close: () => store.close(),
  };
}
