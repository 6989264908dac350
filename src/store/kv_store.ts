import { JobError } from "../contract/problems.ts";
import type { Segment } from "../reduce/segment.ts";
import { readResultName, resultName } from "./job_blobs.ts";
import { hasEnded, type JobRecord } from "./job_record.ts";
import { KeptResults } from "./kept_results.ts";
import { commitAlone, type CommitChange } from "./group_commits.ts";
import { KvChange } from "./kv_change.ts";
import { commit } from "./kv_commit.ts";
import { KvKernels } from "./kv_kernels.ts";
import { cutLists, joinLists, pageKeys, uncut } from "./kv_lists.ts";
import { NewerRecordError, readJobRecord } from "./read_job_record.ts";
import type { Seal } from "./seal.ts";
import type { SealedBlobs } from "./sealed_blobs.ts";
import type { SmallBlobs } from "./small_blobs.ts";
import type { JobStore, RequestKeyEntry, RequestKeyHold, Stored, Version } from "./job_store.ts";

/** A value of Deno KV has at most 65,536 bytes; what a job gathers later needs some of them. */
const MOST_RECORD_CHARS = 24_000;

/** How many values Deno KV gives at once. */
const BATCH = 10;

/** How a store in Deno KV works. */
export interface KvStoreOptions {
  /** Where results are kept. */
  results: SealedBlobs;
  /** Most bytes of results to hold in memory, those that were used last. */
  heldBytes: number;
  /** Whether other instances work on the store at the same time. */
  shared: boolean;
  /** How jobs are committed. @default {each change by itself} */
  commit?: CommitChange;
  /** The blobs that are committed together with the records that name them, if there are any. */
  small?: { inputs: SmallBlobs; results: SmallBlobs };
  /** Makes what was committed outlive a power failure, where commits alone do not. */
  sync?: () => Promise<void>;
  /** The clock, for tests. */
  now?: () => number;
}

/**
 * Jobs in Deno KV: a file of one process, or what the instances on Deno Deploy share.
 *
 * ```text
 * ["job", id]                        the record; its versionstamp is the version
 * ["lists", id, page]                lists of its options that it has no room for; see kv_lists.ts
 * ["tenant", tenant, id]             the tenant's jobs
 * ["unfinished", id]                 jobs that have not ended
 * ["expiry", expiresAt, id]          jobs that have
 * ["instance", owner]                until when the instance is taken to live
 * ["key", tenant, name]              what a request key stands for
 * ["kernel …", tenant, …]            kernels; see KvKernels
 * ```
 *
 * Entries of one job are written in the same commit as its record. They do without `expireIn`,
 * which the store may exceed: indexes would then go at other moments than their records.
 */
export class KvStore implements JobStore {
  readonly shared: boolean;
  readonly kernels: KvKernels;
  readonly #kv: Deno.Kv;
  readonly #results: KeptResults;
  readonly #commit: CommitChange;
  readonly #small: KvStoreOptions["small"];
  readonly #sync: () => Promise<void>;
  readonly #now: () => number;

  constructor(kv: Deno.Kv, options: KvStoreOptions) {
    this.#kv = kv;
    this.#results = new KeptResults(options.results, options.heldBytes);
    this.shared = options.shared;
    this.#commit = options.commit ?? commitAlone(kv);
    this.#small = options.small;
    this.#sync = options.sync ?? (() => Promise.resolve());
    this.#now = options.now ?? Date.now;
    this.kernels = new KvKernels(kv, { sync: this.#sync, now: this.#now });
  }

  async create(record: JobRecord, hold?: RequestKeyHold): Promise<Version | undefined> {
    const { stored, pages } = cutLists(record);
    checkSize(stored);
    const { id, tenant = "", requestKey } = record;
    const change = new KvChange()
      .check({ key: ["job", id], versionstamp: null })
      .set(["job", id], stored)
      .set(["tenant", tenant, id], 0)
      .set(["unfinished", id], 0);
    if (hold && requestKey) {
      const { name, fingerprint } = requestKey;
      const entry: RequestKeyEntry = { owner: "", job: { id, fingerprint } };
      const key = ["key", tenant, name];
      change.check({ key, versionstamp: hold.version }).set(key, entry);
    }
    for (const [i, key] of pageKeys(stored).entries()) change.set(key, pages[i]);
    this.#small?.inputs.addTo(change, id);
    const version = await this.#commit(change);
    if (version === undefined) return undefined;
    this.#small?.inputs.keep(id);
    await this.#sync();
    return version;
  }

  async get(id: string): Promise<Stored | undefined> {
    return await this.#living(await this.#kv.get(["job", id]));
  }

  async replace(record: JobRecord, version: Version): Promise<Version | undefined> {
    const key = ["job", record.id];
    const { stored } = cutLists(record);
    const change = new KvChange().check({ key, versionstamp: version }).set(key, stored);
    if (hasEnded(record)) {
      change.delete(["unfinished", record.id]).set(["expiry", record.expiresAt!, record.id], 0);
    }
    const replaced = await this.#commitResult(change, record);
    // The input is removed next, so the end of the job must be safe before.
    if (replaced !== undefined && hasEnded(record)) await this.#sync();
    return replaced;
  }

  /** Commits a change of a record, together with the result that the record names. */
  async #commitResult(
    change: KvChange,
    { id, result }: JobRecord,
  ): Promise<Version | undefined> {
    if (!this.#small || !result) return await this.#commit(change);
    const { results } = this.#small;
    const name = resultName(id, result.attempt);
    results.addTo(change, name);
    try {
      const version = await this.#commit(change);
      if (version !== undefined) results.settle(name); // else it is dropped, or tried again
      return version;
    } catch (error) {
      results.settle(name);
      throw error;
    }
  }

  async remove(id: string): Promise<boolean> {
    while (true) {
      const { key, value, versionstamp } = await this.#kv.get(["job", id]);
      if (value === null) return false;
      const record = readJobRecord(uncut(value));
      const { tenant = "", requestKey } = record;
      const change = new KvChange()
        .check({ key, versionstamp: versionstamp! })
        .delete(key)
        .delete(["tenant", tenant, id])
        .delete(["unfinished", id]);
      for (const page of pageKeys(value as JobRecord)) change.delete(page);
      if (record.expiresAt !== undefined) change.delete(["expiry", record.expiresAt, id]);
      if (requestKey) await this.#freeKey(["key", tenant, requestKey.name], id, change);
      if (await this.#commit(change) === undefined) continue; // it was moved meanwhile, so look again
      if (record.result) await this.dropResult(id, record.result.attempt);
      return this.#isVisible(record);
    }
  }

  async *list(tenant: string = "", before?: string): AsyncGenerator<JobRecord> {
    const prefix = ["tenant", tenant];
    const selector = before === undefined ? { prefix } : { prefix, end: [...prefix, before] };
    const ids = this.#ids(this.#kv.list(selector, { reverse: true, batchSize: BATCH }));
    for await (const { record } of this.#records(ids, passOver)) yield record;
  }

  async *unfinished(): AsyncGenerator<Stored> {
    const ids = this.#ids(this.#kv.list({ prefix: ["unfinished"] }));
    // Where instances share the store, those of a newer release look after their own jobs.
    for await (const stored of this.#records(ids, this.shared ? passOver : refuse)) {
      if (!hasEnded(stored.record)) yield stored; // it may have ended since its id was listed
    }
  }

  async sweep(): Promise<void> {
    const expired = { start: ["expiry"], end: ["expiry", this.#now() + 1] };
    for await (const { key } of this.#kv.list(expired)) {
      await this.#expire(key).catch(passOver);
    }
  }

  /** Removes a job, unless an append has given it more time since. */
  async #expire(key: Deno.KvKey): Promise<void> {
    const id = key.at(-1) as string;
    if (await this.get(id) === undefined) await this.remove(id);
    await this.#kv.delete(key);
  }

  saveResult(id: string, attempt: number, segment: Segment): Promise<Seal> {
    return this.#results.save(id, attempt, segment);
  }

  async loadResult({ id, result }: JobRecord): Promise<Segment | undefined> {
    if (!result) return undefined;
    const segment = await this.#results.load(id, result);
    // The job may have been removed since its record was read.
    if (segment === undefined && await this.get(id)) throw this.#results.missing(id, result);
    return segment;
  }

  dropResult(id: string, attempt: number): Promise<void> {
    return this.#results.drop(id, attempt);
  }

  async dropOrphans(signal: AbortSignal): Promise<void> {
    for await (const name of this.#results.names()) {
      if (signal.aborted) return;
      const found = readResultName(name);
      if (found === undefined) continue; // somebody else has put it there
      const { value } = await this.#kv.get(["job", found.id]);
      if (isOrphan(found.attempt, value as JobRecord | null)) await this.#results.remove(name);
    }
  }

  async leases(): Promise<Map<string, number>> {
    const leases = new Map<string, number>();
    for await (const { key, value } of this.#kv.list<number>({ prefix: ["instance"] })) {
      leases.set(key[1] as string, value);
    }
    return leases;
  }

  async lease(owner: string, until?: number): Promise<void> {
    const key = ["instance", owner];
    const change = this.#kv.atomic();
    await commit(until === undefined ? change.delete(key) : change.set(key, until));
  }

  async requestKey(tenant: string = "", name: string) {
    const { value, versionstamp } = await this.#kv.get<RequestKeyEntry>(["key", tenant, name]);
    return value === null ? undefined : { ...value, version: versionstamp };
  }

  async holdRequestKey(
    tenant: string | undefined,
    name: string,
    owner: string,
    version?: Version,
  ): Promise<RequestKeyHold | undefined> {
    const key = ["key", tenant ?? "", name];
    const entry: RequestKeyEntry = { owner };
    const check = { key, versionstamp: version ?? null };
    const held = versionOf(await commit(this.#kv.atomic().check(check).set(key, entry)));
    return held === undefined ? undefined : { tenant, name, version: held };
  }

  async releaseRequestKey({ tenant = "", name, version }: RequestKeyHold): Promise<void> {
    const key = ["key", tenant, name];
    await commit(this.#kv.atomic().check({ key, versionstamp: version }).delete(key));
  }

  close(): Promise<void> {
    this.#kv.close();
    return Promise.resolve();
  }

  /** Frees the job's key, unless another request took it when the job had expired. */
  async #freeKey(key: Deno.KvKey, id: string, change: KvChange): Promise<void> {
    const { value, versionstamp } = await this.#kv.get<RequestKeyEntry>(key);
    if (value?.job?.id === id) change.check({ key, versionstamp }).delete(key);
  }

  #isVisible({ expiresAt = Infinity }: JobRecord): boolean {
    return expiresAt > this.#now();
  }

  /** @throws {NewerRecordError} */
  async #living(
    { value, versionstamp }: Deno.KvEntryMaybe<unknown>,
  ): Promise<Stored | undefined> {
    const whole = value === null ? null : await joinLists(this.#kv, value);
    if (whole === null) return undefined;
    const record = readJobRecord(whole);
    return this.#isVisible(record) ? { record, version: versionstamp! } : undefined;
  }

  async *#ids(entries: AsyncIterable<Deno.KvEntry<unknown>>): AsyncGenerator<string> {
    for await (const { key } of entries) yield key.at(-1) as string;
  }

  /**
   * The records of these jobs, as many at a time as can be asked for at once.
   *
   * @param onUnread Is given the failure for a record that cannot be read, and may throw it.
   */
  async *#records(
    ids: AsyncIterable<string>,
    onUnread: (error: unknown) => undefined,
  ): AsyncGenerator<Stored> {
    for await (const some of inBatches(ids)) {
      for (const entry of await this.#kv.getMany(some.map((id) => ["job", id]))) {
        const stored = await this.#livingOr(entry, onUnread);
        if (stored) yield stored;
      }
    }
  }

  async #livingOr(
    entry: Deno.KvEntryMaybe<unknown>,
    onUnread: (error: unknown) => undefined,
  ): Promise<Stored | undefined> {
    try {
      return await this.#living(entry);
    } catch (error) {
      return onUnread(error);
    }
  }
}

/**
 * Whether no record names an attempt's result, or ever will: it is written after its record is made,
 * and of several appends, which all are later attempts than the result, any may come through.
 */
function isOrphan(attempt: number, record: JobRecord | null): boolean {
  if (record === null) return true;
  return record.result !== undefined && attempt < record.result.attempt;
}

/** Leaves a record of a newer release out; any other failure is thrown. */
function passOver(error: unknown): undefined {
  if (!(error instanceof NewerRecordError)) throw error;
}

function refuse(error: unknown): never {
  throw error;
}

async function* inBatches(ids: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function versionOf(commit: Deno.KvCommitResult | Deno.KvCommitError): Version | undefined {
  return commit.ok ? commit.versionstamp : undefined;
}

function checkSize(
  { options, submission, kernel }: Pick<JobRecord, "options" | "submission" | "kernel">,
): void {
  const chars = JSON.stringify([options, submission, kernel]).length;
  if (chars <= MOST_RECORD_CHARS) return;
  throw new JobError(
    "job_too_large",
    `Cannot keep job: its options take ${chars} characters and may take ${MOST_RECORD_CHARS}`,
    { details: { limit: MOST_RECORD_CHARS } },
  );
}
