import { getLogger } from "@logtape/logtape";
import { JobError } from "../contract/problems.ts";
import { idOfKey } from "../store/client_id.ts";
import type { JobStore, RequestKeyEntry, RequestKeyHold } from "../store/job_store.ts";

const logger = getLogger(["millrace", "store"]);

/** The job that a key stands for. */
export type RequestKeyJob = Required<RequestKeyEntry>["job"];

/**
 * The keys that requests of one instance hold: what Idempotency-Key says, and ids that clients make.
 *
 * Freeing a hold in the store can fail, so this instance's holds are also kept here.
 */
export class RequestKeys {
  readonly #store: JobStore;
  readonly #owner: string;
  readonly #now: () => number;
  readonly #held = new Set<string>();

  constructor(store: JobStore, owner: string, now: () => number) {
    this.#store = store;
    this.#owner = owner;
    this.#now = now;
  }

  /**
   * Takes a key for a request, unless it stands for a job already. A key whose job is gone, or
   * whose request was under way in an instance that is gone, is free.
   *
   * @throws {JobError} `key_in_use` or `id_in_use` if a request with the key is under way.
   */
  async take(tenant: string | undefined, name: string): Promise<RequestKeyHold | RequestKeyJob> {
    const entry = await this.#store.requestKey(tenant, name);
    if (entry?.job && await this.#store.get(entry.job.id)) return entry.job;
    if (entry && !entry.job && await this.#isOfAnother(entry.owner)) throw keyInUse(name);
    const label = labelOf({ tenant, name });
    if (this.#held.has(label)) throw keyInUse(name);
    this.#held.add(label);
    try {
      const hold = await this.#store.holdRequestKey(tenant, name, this.#owner, entry?.version);
      if (hold === undefined) throw keyInUse(name); // another request was faster
      return hold;
    } catch (error) {
      this.#held.delete(label);
      throw error;
    }
  }

  /** Its request has made a job, for which the key stands from now on. */
  settle(hold: RequestKeyHold): void {
    this.#held.delete(labelOf(hold));
  }

  /** Its request has made no job. */
  async release(hold: RequestKeyHold): Promise<void> {
    this.#held.delete(labelOf(hold));
    await this.#store.releaseRequestKey(hold).catch((error) =>
      logger.warn("Cannot free a key in the store", { error })
    );
  }

  /** Instances say that they live every few seconds. */
  async #isOfAnother(owner: string): Promise<boolean> {
    if (owner === this.#owner) return false;
    return ((await this.#store.leases()).get(owner) ?? 0) > this.#now();
  }
}

/** A key and its tenant as one text. No tenant has an empty name. */
export function labelOf({ tenant = "", name }: Pick<RequestKeyHold, "tenant" | "name">): string {
  return JSON.stringify([tenant, name]);
}

/** The refusal of a request whose key another request holds. */
export function keyInUse(name: string): JobError {
  const { key, details } = describe(name);
  const code = idOfKey(name) === undefined ? "key_in_use" : "id_in_use";
  return new JobError(code, `Cannot begin job: a request with ${key} is under way`, { details });
}

/** The refusal of a request whose key stands for the job of another one. */
export function keyReused(name: string): JobError {
  const { key, details } = describe(name);
  const code = idOfKey(name) === undefined ? "key_reused" : "id_reused";
  return new JobError(code, `Cannot begin job: ${key} was given to another request`, { details });
}

function describe(name: string): { key: string; details: Record<string, unknown> } {
  const id = idOfKey(name);
  return id === undefined
    ? { key: `Idempotency-Key '${name}'`, details: { header: "idempotency-key", value: name } }
    : { key: `id '${id}'`, details: { job: id } };
}
