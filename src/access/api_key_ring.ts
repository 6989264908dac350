import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { JobError } from "../contract/problems.ts";
import { apiKeyIdOf, digestOf } from "./api_key.ts";
import type { ApiKeyRecord } from "./api_key_terms.ts";
import type { Rate } from "./rate.ts";

/** The terms of a tenant: what it may use. */
export interface TenantLimits {
  /** Share of the workers, relative to a tenant of weight 1. */
  weight?: number;
  /** Most jobs that have not ended. */
  maxJobs?: number;
  rate?: Rate;
}

/** What others may know of a valid key: its names, its tenant, its rights and its end. */
export type ApiKeyHolder = Readonly<
  Pick<ApiKeyRecord, "id" | "name" | "tenant" | "rights" | "expiresAt">
>;

/** Stands in for the digest of an unknown id, so that it takes as long as a wrong secret. */
const NO_DIGEST = Buffer.alloc(32);

/**
 * The keys that open the server.
 *
 * A tenant may have many keys. The last row that states one of its terms decides that term.
 */
export class ApiKeyRing {
  #records = new Map<string, ApiKeyRecord>();
  #terms = new Map<string, TenantLimits>();
  /** Is called when the keys were replaced. */
  onReplaced: () => void = () => {};

  constructor(records: readonly ApiKeyRecord[]) {
    this.replace(records);
  }

  get size(): number {
    return this.#records.size;
  }

  /** The keys that open the server now. */
  get records(): readonly ApiKeyRecord[] {
    return [...this.#records.values()];
  }

  /** Replaces every key: from here on the ring refuses keys that are not among these. */
  replace(records: readonly ApiKeyRecord[]): void {
    this.#records = new Map(records.map((record) => [record.id, Object.freeze(record)]));
    this.#terms = new Map();
    for (const { tenant, weight, maxJobs, rate } of records) {
      const before = this.#terms.get(tenant);
      this.#terms.set(tenant, {
        weight: weight ?? before?.weight,
        maxJobs: maxJobs ?? before?.maxJobs,
        rate: rate ?? before?.rate,
      });
    }
    this.onReplaced();
  }

  /** What a tenant may use; undefined when no key names that tenant. */
  terms(tenant: string): TenantLimits | undefined {
    return this.#terms.get(tenant);
  }

  /**
   * Finds the tenant and the rights of a token.
   *
   * @throws {JobError} `invalid_key`.
   */
  verify(token: string, now = Date.now()): ApiKeyHolder {
    const id = apiKeyIdOf(token);
    if (id === undefined) {
      throw new JobError("invalid_key", "Cannot use the key: it is misspelt or cut off");
    }
    const record = this.#records.get(id);
    const equal = timingSafeEqual(digestOf(token), record?.digest ?? NO_DIGEST);
    if (record === undefined || !equal) {
      throw new JobError("invalid_key", "Cannot use the key: it is unknown or was revoked");
    }
    if (now >= record.expiresAt) {
      const expired = new Date(record.expiresAt).toISOString();
      throw new JobError("invalid_key", `Cannot use key ${id}: it expired at ${expired}`);
    }
    return record;
  }
}
