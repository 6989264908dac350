import type { Segment } from "../reduce/segment.ts";
import { CreationOrder } from "./creation_order.ts";
import { hasEnded, type JobRecord } from "./job_record.ts";
import { MemoryKernels } from "./memory_kernels.ts";
import type { JobStore, RequestKeyEntry, RequestKeyHold, Stored, Version } from "./job_store.ts";

/** What a job without a result is taken to cost. */
const RECORD_BYTES = 1024;

interface Entry extends Stored {
  /** By attempt; once the job is done, one alone but while a part is appended. */
  results: Map<number, Segment>;
}

/**
 * Jobs and kernels in this process's memory, gone with it.
 *
 * 1. `#ended` is in the order of ending, so the oldest result is the first.
 * 2. The kept bytes stay within `maxBytes`, save that the newest result is always kept. Jobs that
 *    have not ended count for nothing: the engine bounds them. A result on disk counts as its
 *    window; the store owns its segment and closes it.
 */
export class MemoryStore implements JobStore {
  readonly shared = false;
  readonly kernels = new MemoryKernels();
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #unfinished = new Set<string>();
  /** Ids of jobs that have ended, and what each costs. */
  readonly #ended = new Map<string, number>();
  readonly #orders = new Map<string | undefined, CreationOrder>();
  readonly #leases = new Map<string, number>();
  readonly #keys = new Map<string, RequestKeyEntry & { version: Version }>();
  #bytes = 0;
  #versions = 0;

  /**
   * @param options.maxBytes Most bytes of results to keep.
   * @param options.now The clock, for tests.
   */
  constructor(options: { maxBytes: number; now?: () => number }) {
    this.#maxBytes = options.maxBytes;
    this.#now = options.now ?? Date.now;
  }

  /** Bytes that the kept results are taken to cost. */
  get bytes(): number {
    return this.#bytes;
  }

  create(record: JobRecord, hold?: RequestKeyHold): Promise<Version | undefined> {
    if (hold && !this.#bindKey(hold, record)) return Promise.resolve(undefined);
    const version = this.#nextVersion();
    this.#entries.set(record.id, { record, version, results: new Map() });
    this.#orderOf(record.tenant).add(record.id);
    this.#unfinished.add(record.id);
    return Promise.resolve(version);
  }

  get(id: string): Promise<Stored | undefined> {
    const entry = this.#living(id);
    return Promise.resolve(entry && { record: entry.record, version: entry.version });
  }

  replace(record: JobRecord, version: Version): Promise<Version | undefined> {
    const entry = this.#entries.get(record.id);
    if (entry?.version !== version) return Promise.resolve(undefined);
    entry.record = record;
    entry.version = this.#nextVersion();
    if (hasEnded(record)) this.#settle(record);
    return Promise.resolve(entry.version);
  }

  remove(id: string): Promise<boolean> {
    const visible = this.#living(id) !== undefined;
    this.#drop(id);
    return Promise.resolve(visible);
  }

  async *list(tenant: string | undefined, before?: string): AsyncGenerator<JobRecord> {
    for (const id of this.#orders.get(tenant)?.newestFirst(before) ?? []) {
      const entry = this.#living(id);
      if (entry) yield entry.record;
    }
  }

  async *unfinished(): AsyncGenerator<Stored> {
    for (const id of this.#unfinished) {
      const { record, version } = this.#entries.get(id)!;
      yield { record, version };
    }
  }

  sweep(): Promise<void> {
    const now = this.#now();
    for (const id of this.#ended.keys()) {
      if (this.#entries.get(id)!.record.expiresAt! <= now) this.#drop(id);
    }
    return Promise.resolve();
  }

  saveResult(id: string, attempt: number, segment: Segment): Promise<undefined> {
    const entry = this.#entries.get(id);
    if (entry) entry.results.set(attempt, segment);
    else segment.close(); // the job was removed meanwhile
    return Promise.resolve(undefined);
  }

  loadResult({ id, result }: JobRecord): Promise<Segment | undefined> {
    const segment = this.#living(id)?.results.get(result?.attempt ?? -1);
    segment?.retain();
    return Promise.resolve(segment);
  }

  dropResult(id: string, attempt: number): Promise<void> {
    const results = this.#entries.get(id)?.results;
    results?.get(attempt)?.close();
    results?.delete(attempt);
    return Promise.resolve();
  }

  dropOrphans(): Promise<void> {
    return Promise.resolve(); // there are none: nothing outlives the process
  }

  leases(): Promise<Map<string, number>> {
    return Promise.resolve(new Map(this.#leases));
  }

  lease(owner: string, until?: number): Promise<void> {
    if (until === undefined) this.#leases.delete(owner);
    else this.#leases.set(owner, until);
    return Promise.resolve();
  }

  requestKey(tenant: string | undefined, name: string) {
    return Promise.resolve(this.#keys.get(keyOf(tenant, name)));
  }

  holdRequestKey(
    tenant: string | undefined,
    name: string,
    owner: string,
    version?: Version,
  ): Promise<RequestKeyHold | undefined> {
    const key = keyOf(tenant, name);
    if (this.#keys.get(key)?.version !== version) return Promise.resolve(undefined);
    const hold = { tenant, name, version: this.#nextVersion() };
    this.#keys.set(key, { owner, version: hold.version });
    return Promise.resolve(hold);
  }

  releaseRequestKey({ tenant, name, version }: RequestKeyHold): Promise<void> {
    const key = keyOf(tenant, name);
    if (this.#keys.get(key)?.version === version) this.#keys.delete(key);
    return Promise.resolve();
  }

  close(): Promise<void> {
    for (const id of this.#entries.keys()) this.#drop(id);
    this.#keys.clear();
    return Promise.resolve();
  }

  #nextVersion(): Version {
    return String(++this.#versions);
  }

  #orderOf(tenant: string | undefined): CreationOrder {
    let order = this.#orders.get(tenant);
    if (!order) this.#orders.set(tenant, order = new CreationOrder());
    return order;
  }

  #bindKey({ tenant, name, version }: RequestKeyHold, { id, requestKey }: JobRecord): boolean {
    const entry = this.#keys.get(keyOf(tenant, name));
    if (entry?.version !== version || !requestKey) return false;
    entry.version = this.#nextVersion();
    entry.job = { id, fingerprint: requestKey.fingerprint };
    return true;
  }

  /** Frees the job's key, unless another request took it when the job had expired. */
  #freeKey(name: string, id: string): void {
    if (this.#keys.get(name)?.job?.id === id) this.#keys.delete(name);
  }

  #living(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry && (entry.record.expiresAt ?? Infinity) > this.#now() ? entry : undefined;
  }

  /** Counts what a job that has ended costs, and makes room for it. */
  #settle({ id, result }: JobRecord): void {
    this.#unfinished.delete(id);
    this.#bytes -= this.#ended.get(id) ?? 0; // it had another result before
    this.#ended.delete(id);
    const segment = result && this.#entries.get(id)!.results.get(result.attempt);
    const bytes = RECORD_BYTES + (segment?.memoryBytes ?? 0);
    this.#ended.set(id, bytes);
    this.#bytes += bytes;
    for (const oldest of this.#ended.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === id) break;
      this.#drop(oldest);
    }
  }

  #drop(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { tenant, requestKey } = entry.record;
    for (const segment of entry.results.values()) segment.close();
    this.#entries.delete(id);
    this.#unfinished.delete(id);
    this.#bytes -= this.#ended.get(id) ?? 0;
    this.#ended.delete(id);
    const order = this.#orderOf(tenant);
    order.delete(id);
    if (order.size === 0) this.#orders.delete(tenant);
    if (requestKey) this.#freeKey(keyOf(tenant, requestKey.name), id);
  }
}

/** No tenant has an empty name. */
function keyOf(tenant: string | undefined, name: string): string {
  return JSON.stringify([tenant ?? "", name]);
}
