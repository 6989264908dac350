import { damagedKernel } from "./damage.ts";
import {
  addKernel,
  bytesOf,
  compareKernels,
  KERNEL_RECORD_VERSION,
  type KernelRecord,
  type KernelStore,
  type KernelSum,
  type NewKernel,
  type PutKernel,
  recordKernel,
  sha256,
} from "./kernel_store.ts";
import { commit } from "./kv_commit.ts";

/** A value of Deno KV has at most 65,536 bytes, its wrapping included. */
const PAGE_BYTES = 60_000;
/** A commit has at most 800 KiB. */
const PAGES_PER_COMMIT = 12;
/** How many values Deno KV gives at once. */
const BATCH = 10;

/** No put takes so long: pages of an older one were left by a process that died. */
const PUT_MS = 10 * 60 * 1000;

interface Stored {
  record: KernelRecord;
  /** Names the pages: those of a kernel that was removed are never taken for those of its next. */
  place: string;
}

export interface KvKernelsOptions {
  /** Makes what was committed outlive a power failure, where commits alone do not. */
  sync: () => Promise<void>;
  /** The clock, for tests. */
  now: () => number;
}

/**
 * Kernels in Deno KV, whose values and commits are smaller than modules.
 *
 * ```text
 * ["kernel", tenant, id]                 the record, and the place of its pages
 * ["kernel page", tenant, place, 0 …]    the module and then the source, in pages
 * ["kernel sum", tenant]                 how many kernels the tenant has, and their bytes
 * ["kernel draft", tenant, place]        when pages were begun that no record names yet
 * ```
 *
 * The pages are written first. Then one commit makes the record, adds to the sum and ends the
 * draft. A process that dies before it leaves a draft, whose pages the tenant's next put removes.
 */
export class KvKernels implements KernelStore {
  readonly #kv: Deno.Kv;
  readonly #options: KvKernelsOptions;

  constructor(kv: Deno.Kv, options: KvKernelsOptions) {
    this.#kv = kv;
    this.#options = options;
  }

  async put(tenant: string = "", kernel: NewKernel): Promise<PutKernel> {
    const there = await this.get(tenant, kernel.id);
    if (there) return { record: there, isNew: false };
    const record = recordKernel(kernel);
    addKernel(await this.#sum(tenant), bytesOf(record)); // before anything is written
    await this.#dropDrafts(tenant);
    const place = crypto.randomUUID();
    try {
      const draft = await this.#write(tenant, place, kernel);
      const put = await this.#publish(tenant, { record, place }, draft);
      if (put.isNew) await this.#options.sync();
      else await this.#drop(tenant, place);
      return put;
    } catch (error) {
      await this.#drop(tenant, place).catch(() => {}); // the next put tries again
      throw error;
    }
  }

  async get(tenant: string = "", id: string): Promise<KernelRecord | undefined> {
    return readStored(await this.#kv.get(["kernel", tenant, id]))?.record;
  }

  async list(tenant: string = ""): Promise<KernelRecord[]> {
    const records: KernelRecord[] = [];
    for await (const entry of this.#kv.list({ prefix: ["kernel", tenant] }, { batchSize: BATCH })) {
      records.push(readStored(entry)!.record);
    }
    return records.sort(compareKernels);
  }

  /** Every kernel with its tenant. */
  async *all(): AsyncGenerator<{ tenant: string; record: KernelRecord }> {
    for await (const entry of this.#kv.list({ prefix: ["kernel"] }, { batchSize: BATCH })) {
      yield { tenant: entry.key[1] as string, record: readStored(entry)!.record };
    }
  }

  async module(
    tenant: string = "",
    { id, digest, moduleBytes }: KernelRecord,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = await this.#read(tenant, id, 0, moduleBytes);
    if (bytes === undefined || sha256(bytes) === digest) return bytes;
    throw damagedKernel(id, "its module is not as it was kept");
  }

  async source(
    tenant: string = "",
    { id, moduleBytes, sourceBytes }: KernelRecord,
  ): Promise<string | undefined> {
    if (sourceBytes === undefined) return undefined;
    const bytes = await this.#read(tenant, id, moduleBytes, sourceBytes);
    if (bytes === undefined || sha256(bytes) === id) {
      return bytes && new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    }
    throw damagedKernel(id, "its source is not as it was kept");
  }

  async remove(tenant: string = "", id: string): Promise<boolean> {
    const key = ["kernel", tenant, id];
    while (true) {
      const [entry, sum] = await this.#kv.getMany<[Stored, KernelSum]>([key, sumKey(tenant)]);
      const stored = readStored(entry);
      if (stored === undefined) return false;
      const { kernels = 1, bytes = 0 } = sum.value ?? {};
      const left = { kernels: kernels - 1, bytes: Math.max(0, bytes - bytesOf(stored.record)) };
      const change = this.#kv.atomic()
        .check({ key, versionstamp: entry.versionstamp }, sum)
        .delete(key)
        .set(draftKey(tenant, stored.place), 0);
      if (left.kernels > 0) change.set(sum.key, left);
      else change.delete(sum.key);
      if (!(await commit(change)).ok) continue; // another put or removal came first
      await this.#drop(tenant, stored.place);
      return true;
    }
  }

  async #sum(tenant: string): Promise<KernelSum> {
    return (await this.#kv.get<KernelSum>(sumKey(tenant))).value ?? { kernels: 0, bytes: 0 };
  }

  /**
   * Makes the record that names the pages, unless another put was the first.
   *
   * @param draft The version of the draft: without it, the pages may be gone.
   */
  async #publish(tenant: string, stored: Stored, draft: string): Promise<PutKernel> {
    const { record, place } = stored;
    const key = ["kernel", tenant, record.id];
    const keys = [key, sumKey(tenant), draftKey(tenant, place)] as const;
    while (true) {
      const [entry, sum, begun] = await this.#kv.getMany<[Stored, KernelSum, number]>(keys);
      if (begun.versionstamp !== draft) throw new Error(`Cannot keep kernel: it took too long`);
      const there = readStored(entry);
      if (there) return { record: there.record, isNew: false };
      const more = addKernel(sum.value ?? { kernels: 0, bytes: 0 }, bytesOf(record));
      const change = this.#kv.atomic()
        .check({ key, versionstamp: null }, sum, begun)
        .set(key, stored)
        .set(sum.key, more)
        .delete(begun.key);
      if ((await commit(change)).ok) return { record, isNew: true };
    }
  }

  /** Writes the pages, their draft before them; gives the version of the draft. */
  async #write(
    tenant: string,
    place: string,
    { module, source = "" }: NewKernel,
  ): Promise<string> {
    const draft = await commit(
      this.#kv.atomic().set(draftKey(tenant, place), this.#options.now()),
    ) as Deno.KvCommitResult; // which checks nothing
    const pages = [...pagesOf(module, new TextEncoder().encode(source))];
    for (let first = 0; first < pages.length; first += PAGES_PER_COMMIT) {
      const change = this.#kv.atomic();
      pages.slice(first, first + PAGES_PER_COMMIT)
        .forEach((page, i) => change.set(pageKey(tenant, place, first + i), page));
      await commit(change);
    }
    return draft.versionstamp;
  }

  /** Some bytes of a kernel; nothing when there is no such kernel. */
  async #read(
    tenant: string,
    id: string,
    from: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const stored = readStored(await this.#kv.get(["kernel", tenant, id]));
    if (stored === undefined) return undefined;
    const bytes = new Uint8Array(length);
    const last = Math.ceil((from + length) / PAGE_BYTES);
    for (let index = Math.floor(from / PAGE_BYTES); index < last; index += BATCH) {
      const count = Math.min(BATCH, last - index);
      const keys = Array.from(
        { length: count },
        (_, i) => pageKey(tenant, stored.place, index + i),
      );
      for (const [i, { value }] of (await this.#kv.getMany<Uint8Array[]>(keys)).entries()) {
        if (value === null) return await this.#missing(tenant, id, stored.place);
        const at = (index + i) * PAGE_BYTES - from;
        const part = value.subarray(Math.max(0, -at), length - at);
        bytes.set(part, Math.max(0, at));
      }
    }
    return bytes;
  }

  /** A page may be missing since the kernel was removed meanwhile. @throws {JobError} `damaged`. */
  async #missing(tenant: string, id: string, place: string): Promise<undefined> {
    const now = readStored(await this.#kv.get(["kernel", tenant, id]));
    if (now?.place === place) throw damagedKernel(id, "a page of it is missing");
  }

  /** Removes pages that no record names, and then their draft. */
  async #drop(tenant: string, place: string): Promise<void> {
    const change = this.#kv.atomic();
    const pages = this.#kv.list({ prefix: ["kernel page", tenant, place] }, { batchSize: BATCH });
    for await (const { key } of pages) change.delete(key);
    await commit(change.delete(draftKey(tenant, place)));
  }

  async #dropDrafts(tenant: string): Promise<void> {
    const before = this.#options.now() - PUT_MS;
    const drafts = this.#kv.list<number>({ prefix: ["kernel draft", tenant] });
    for await (const { key, value } of drafts) {
      if (value < before) await this.#drop(tenant, key[2] as string);
    }
  }
}

function sumKey(tenant: string): Deno.KvKey {
  return ["kernel sum", tenant];
}

function draftKey(tenant: string, place: string): Deno.KvKey {
  return ["kernel draft", tenant, place];
}

function pageKey(tenant: string, place: string, index: number): Deno.KvKey {
  return ["kernel page", tenant, place, index];
}

/** @throws {Error} If a newer release wrote it. */
function readStored({ key, value }: Deno.KvEntryMaybe<unknown>): Stored | undefined {
  if (value === null) return undefined;
  const stored = value as Stored;
  if (stored.record.version === KERNEL_RECORD_VERSION) return stored;
  throw new Error(
    `Cannot read kernel ${key[2] as string}: its version is ${stored.record.version}, and this ` +
      `release reads version ${KERNEL_RECORD_VERSION}; start a newer release`,
  );
}

/** The bytes of some parts, one behind the other, in pages of PAGE_BYTES; the last may be shorter. */
function* pagesOf(...parts: Uint8Array[]): Generator<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  for (let at = 0; at < whole.length; at += PAGE_BYTES) yield whole.slice(at, at + PAGE_BYTES);
}
