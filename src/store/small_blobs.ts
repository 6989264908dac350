import { Buffer } from "node:buffer";
import type { Blobs, BlobWriter } from "./blobs.ts";
import type { FileBlobs } from "./file_blobs.ts";
import type { CommitChange } from "./group_commits.ts";
import { KvChange } from "./kv_change.ts";

/** Longest blob that stands beside its record: a commit with some dozens of them has room. */
export const SMALL_BYTES = 16 * 1024;

/** How many values Deno KV gives at once. */
const BATCH = 10;

/**
 * Blobs of a data directory. Small ones are values of Deno KV, `[kind, name]`, and all others are
 * files. A small blob is committed together with the record that names it: it costs no file, no sync
 * and no commit of its own.
 *
 * So `commit` of a writer only stages a small blob. It is safe when the store has committed the
 * record, and until then it is read from memory.
 */
export class SmallBlobs implements Blobs {
  readonly #kv: Deno.Kv;
  readonly #kind: string;
  readonly #commit: CommitChange;
  readonly #files: FileBlobs;
  /** Blobs that are whole, and in no commit yet. */
  readonly #staged = new Map<string, Uint8Array>();
  /** Small blobs that this process has committed and will remove. */
  readonly #kept = new Set<string>();

  /**
   * @param kind Begins the keys of the small ones.
   * @param files Keeps the others, and those of releases that kept all blobs in files.
   */
  constructor(kv: Deno.Kv, kind: string, commit: CommitChange, files: FileBlobs) {
    this.#kv = kv;
    this.#kind = kind;
    this.#commit = commit;
    this.#files = files;
  }

  create(name: string): Promise<BlobWriter> {
    const stage = (bytes: Uint8Array) => void this.#staged.set(name, bytes);
    return Promise.resolve(new SmallWriter(stage, () => this.#files.create(name)));
  }

  /** Adds a blob that is staged to the change that makes its record. */
  addTo(change: KvChange, name: string): void {
    const bytes = this.#staged.get(name);
    if (bytes) change.set([this.#kind, name], bytes);
  }

  /** The change of a blob is committed, and this process removes it: no file is looked for then. */
  keep(name: string): void {
    if (this.#staged.delete(name)) this.#kept.add(name);
  }

  /** Forgets what was staged: its change is committed, or will never be. */
  settle(name: string): void {
    this.#staged.delete(name);
  }

  async open(name: string, from = 0): Promise<ReadableStream<Uint8Array> | undefined> {
    const bytes = this.#staged.get(name) ?? (await this.#kv.get<Uint8Array>(this.#key(name))).value;
    if (bytes === null) return await this.#files.open(name, from);
    return new Blob([bytes.slice(from)]).stream();
  }

  /** Where the blob would be if it were a file. */
  path(name: string): string {
    return this.#files.path(name);
  }

  async remove(name: string): Promise<void> {
    if (this.#staged.delete(name)) return;
    await this.#commit(new KvChange().delete(this.#key(name)));
    if (!this.#kept.delete(name)) await this.#files.remove(name);
  }

  async *names(): AsyncGenerator<string> {
    for await (const { key } of this.#kv.list({ prefix: [this.#kind] }, { batchSize: BATCH })) {
      yield key[1] as string;
    }
    yield* this.#files.names();
  }

  #key(name: string): Deno.KvKey {
    return [this.#kind, name];
  }
}

/** Holds the bytes of a blob as long as it is small; then it hands them on to a file. */
class SmallWriter implements BlobWriter {
  readonly #stage: (bytes: Uint8Array) => void;
  readonly #createFile: () => Promise<BlobWriter>;
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  #file: BlobWriter | undefined;
  #moving: Promise<void> | undefined;

  constructor(stage: (bytes: Uint8Array) => void, createFile: () => Promise<BlobWriter>) {
    this.#stage = stage;
    this.#createFile = createFile;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#file) return this.#file.write(bytes);
    this.#length += bytes.length;
    if (this.#length > SMALL_BYTES) return this.#moving = this.#move(bytes);
    this.#parts.push(bytes.slice());
  }

  async commit(last?: Uint8Array): Promise<void> {
    if (last) await this.write(last);
    if (this.#file) return await this.#file.commit();
    this.#stage(this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts));
  }

  async abort(): Promise<void> {
    await this.#moving?.catch(() => {}); // its writer is told
    await this.#file?.abort();
  }

  async #move(bytes: Uint8Array): Promise<void> {
    this.#file = await this.#createFile();
    for (const part of [...this.#parts, bytes]) await this.#file.write(part);
    this.#parts = [];
  }
}
