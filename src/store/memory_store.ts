import type { JobResult } from "../engine/types.ts";
import type { JobRecord, JobStore } from "./job_store.ts";

const SWEEP_MS = 60_000;
/** What a job without a result is taken to cost. */
const RECORD_BYTES = 1024;

interface Entry {
  record: JobRecord;
  result?: JobResult;
  bytes: number;
}

/**
 * Jobs in this process's memory, gone with it.
 *
 * 1. `#entries` stands in the order of saving, so the oldest entry is the first.
 * 2. The kept bytes stay within `maxBytes`, save that the newest entry is always kept. A result
 *    on disk counts as its window; the store owns its segment and closes it.
 */
export class MemoryStore implements JobStore {
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #sweeper: ReturnType<typeof setInterval>;
  #bytes = 0;

  /**
   * @param options.maxBytes Most bytes of results to keep.
   * @param options.now The clock, for tests.
   */
  constructor(options: { maxBytes: number; now?: () => number }) {
    this.#maxBytes = options.maxBytes;
    this.#now = options.now ?? Date.now;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    Deno.unrefTimer(this.#sweeper);
  }

  /** Bytes that the kept jobs are taken to cost. */
  get bytes(): number {
    return this.#bytes;
  }

  save(record: JobRecord, result?: JobResult): Promise<void> {
    this.#drop(record.id);
    const bytes = RECORD_BYTES + (result?.segment.memoryBytes ?? 0);
    this.#entries.set(record.id, { record, result, bytes });
    this.#bytes += bytes;
    this.#sweep();
    for (const id of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes || id === record.id) break;
      this.#drop(id);
    }
    return Promise.resolve();
  }

  record(id: string): Promise<JobRecord | undefined> {
    return Promise.resolve(this.#living(id)?.record);
  }

  result(id: string): Promise<JobResult | undefined> {
    return Promise.resolve(this.#living(id)?.result);
  }

  remove(id: string): Promise<boolean> {
    return Promise.resolve(this.#drop(id));
  }

  close(): Promise<void> {
    clearInterval(this.#sweeper);
    for (const id of this.#entries.keys()) this.#drop(id);
    return Promise.resolve();
  }

  #living(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry && entry.record.expiresAt > this.#now() ? entry : undefined;
  }

  #sweep(): void {
    const now = this.#now();
    for (const [id, entry] of this.#entries) {
      if (entry.record.expiresAt <= now) this.#drop(id);
    }
  }

  #drop(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    this.#bytes -= entry.bytes;
    entry.result?.segment.close();
    return true;
  }
}
