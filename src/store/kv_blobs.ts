import { ignoreError, own } from "../async/own.ts";
import { createPullStream } from "../async/pull_stream.ts";
import { JobError } from "../contract/problems.ts";
import type { Blobs, BlobWriter } from "./blobs.ts";
import { commit } from "./kv_commit.ts";

/** A value of Deno KV has at most 65,536 bytes, its wrapping included. */
const PAGE_BYTES = 64_000;
/** A commit has at most 800 KiB. */
const PAGES_PER_COMMIT = 12;

/**
 * Blobs as pages of a Deno KV store, for places without files. A blob is its pages
 * `[prefix, name, 0 …]` without gaps. Only the last page is shorter than PAGE_BYTES, which shows
 * that the blob is whole.
 */
export class KvBlobs implements Blobs {
  readonly #kv: Deno.Kv;
  readonly #prefix: string;
  readonly #maxBytes: number;
  readonly #ttlMs: number;

  /**
   * @param options.maxBytes Longest blob; beyond it `body_too_large`.
   * @param options.ttlMs After this long the store frees pages by itself, so that those of an
   * instance that died on the way do not stay for ever. It must be longer than any blob is needed.
   */
  constructor(kv: Deno.Kv, prefix: string, options: { maxBytes?: number; ttlMs: number }) {
    this.#kv = kv;
    this.#prefix = prefix;
    this.#maxBytes = options.maxBytes ?? Infinity;
    this.#ttlMs = options.ttlMs;
  }

  create(name: string): Promise<BlobWriter> {
    return Promise.resolve(
      new PageWriter(
        (pages, first) => this.#commit(name, pages, first),
        () => this.remove(name),
        this.#maxBytes,
      ),
    );
  }

  async open(name: string, from = 0): Promise<ReadableStream<Uint8Array> | undefined> {
    const first = Math.floor(from / PAGE_BYTES);
    const page = await this.#page(name, first);
    if (page === undefined) return undefined;
    const pages = this.#pages(name, page, first, from % PAGE_BYTES);
    const next = async () => (await pages.next()).value ?? undefined;
    return createPullStream(next, () => own(pages.return(), ignoreError));
  }

  /** To the last page, or up to one that is missing. */
  async *#pages(
    name: string,
    page: Uint8Array | undefined,
    index: number,
    skipped: number,
  ): AsyncGenerator<Uint8Array, void, void> {
    while (page !== undefined) {
      if (page.length > skipped) yield page.subarray(skipped);
      if (page.length < PAGE_BYTES) return;
      skipped = 0;
      page = await this.#page(name, ++index);
    }
  }

  async remove(name: string): Promise<void> {
    const keys: Deno.KvKey[] = [];
    const entries = this.#kv.list({ prefix: [this.#prefix, name] }, { batchSize: 10 });
    for await (const { key } of entries) keys.push(key);
    for (let at = 0; at < keys.length; at += 500) {
      const change = this.#kv.atomic();
      for (const key of keys.slice(at, at + 500)) change.delete(key);
      await commit(change);
    }
  }

  async *names(): AsyncGenerator<string> {
    let start: Deno.KvKey = [this.#prefix, ""];
    while (true) {
      const end = [this.#prefix, true]; // in the order of keys a boolean follows all strings
      const entries = this.#kv.list({ start, end }, { limit: 1 });
      const { value: entry } = await entries.next();
      if (!entry) return;
      const name = entry.key[1] as string;
      yield name;
      start = [this.#prefix, name, true];
    }
  }

  async #page(name: string, index: number): Promise<Uint8Array | undefined> {
    return (await this.#kv.get<Uint8Array>([this.#prefix, name, index])).value ?? undefined;
  }

  async #commit(name: string, pages: readonly Uint8Array[], first: number): Promise<void> {
    const change = this.#kv.atomic();
    pages.forEach((page, i) =>
      change.set([this.#prefix, name, first + i], page, { expireIn: this.#ttlMs })
    );
    await commit(change);
  }
}

/** Gathers bytes in pages, and pages in commits; one commit is under way at a time. */
class PageWriter implements BlobWriter {
  readonly #save: (pages: Uint8Array[], first: number) => Promise<void>;
  readonly #remove: () => Promise<void>;
  readonly #maxBytes: number;
  #pages: Uint8Array[] = [];
  #page = new Uint8Array(PAGE_BYTES);
  #filled = 0;
  #saved = 0;
  #bytes = 0;
  #saving: Promise<void> = Promise.resolve();

  constructor(
    save: (pages: Uint8Array[], first: number) => Promise<void>,
    remove: () => Promise<void>,
    maxBytes: number,
  ) {
    this.#save = save;
    this.#remove = remove;
    this.#maxBytes = maxBytes;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#maxBytes) throw inputTooLarge(this.#maxBytes);
    this.#add(bytes);
    return this.#pages.length < PAGES_PER_COMMIT ? undefined : this.#flush();
  }

  #add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + PAGE_BYTES - this.#filled);
      this.#page.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === PAGE_BYTES) this.#turn();
    }
  }

  async commit(last: Uint8Array = new Uint8Array(0)): Promise<void> {
    this.#add(last);
    this.#turn(); // a last page that is full is followed by an empty one
    await this.#flush();
  }

  async abort(): Promise<void> {
    await this.#saving.catch(() => {});
    await this.#remove();
  }

  #turn(): void {
    this.#pages.push(this.#page.subarray(0, this.#filled));
    this.#page = new Uint8Array(PAGE_BYTES);
    this.#filled = 0;
  }

  #flush(): Promise<void> {
    const pages = this.#pages;
    this.#pages = [];
    return this.#saving = this.#saving.then(async () => {
      for (let at = 0; at < pages.length; at += PAGES_PER_COMMIT) {
        const some = pages.slice(at, at + PAGES_PER_COMMIT);
        await this.#save(some.map((page) => page.slice()), this.#saved);
        this.#saved += some.length;
      }
    });
  }
}

function inputTooLarge(limit: number): JobError {
  return new JobError(
    "body_too_large",
    `Cannot keep body: it exceeds the ${limit} bytes that a job's input may have here; ` +
      "POST /v1/count takes bodies of any size",
    { details: { limit } },
  );
}
