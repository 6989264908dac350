import { JobError } from "../errors.ts";
import type { JobStore, KeyEntry, KeyHold } from "./job_store.ts";

/** The job that a key stands for. */
export type KeyedJob = Required<KeyEntry>["job"];

/**
 * Takes a key for a request, unless it stands for a job already. A key whose job is gone, or
 * whose request was under way in an instance that is gone, is free.
 *
 * @throws {JobError} `key_in_use` if a request with the key is under way.
 */
export async function takeKey(
  store: JobStore,
  { tenant, name, owner, now }: {
    tenant: string | undefined;
    name: string;
    owner: string;
    now: number;
  },
): Promise<KeyHold | KeyedJob> {
  const entry = await store.key(tenant, name);
  if (entry?.job && await store.get(entry.job.id)) return entry.job;
  if (entry && !entry.job && await isAlive(store, entry.owner, owner, now)) throw keyInUse(name);
  const hold = await store.holdKey(tenant, name, owner, entry?.version);
  if (hold === undefined) throw keyInUse(name); // another request was faster
  return hold;
}

/** Instances say that they live every few seconds; this one knows. */
async function isAlive(
  store: JobStore,
  owner: string,
  self: string,
  now: number,
): Promise<boolean> {
  return owner === self || ((await store.leases()).get(owner) ?? 0) > now;
}

export function keyInUse(name: string): JobError {
  return new JobError(
    "key_in_use",
    `Cannot begin job: a request with Idempotency-Key '${name}' is under way`,
    { details: { header: "idempotency-key", value: name } },
  );
}
