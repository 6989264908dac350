import { own } from "../async/own.ts";
import type { Version } from "./job_store.ts";
import type { KvChange } from "./kv_change.ts";
import { commit } from "./kv_commit.ts";

// A commit of Deno KV takes 100 checks, 1,000 mutations and 819,200 bytes; what stands beside the
// bytes that are counted here has to find room as well.
const MOST_SIZE = 100;
const MOST_BYTES = 400 * 1024;

/** Commits a change; nothing if one of its checks fails. */
export type CommitChange = (change: KvChange) => Promise<Version | undefined>;

interface Waiting {
  change: KvChange;
  resolve(version: Version | undefined): void;
  reject(error: unknown): void;
}

/** Commits each change by itself, as stores have to that other instances change meanwhile. */
export function commitAlone(kv: Deno.Kv): CommitChange {
  return (change) => commitAll(kv, [change]);
}

/**
 * Group commit: the changes that come while a commit is under way share the next one, since a commit
 * costs far more than what is in it (DeWitt et al., "Implementation techniques for main memory
 * database systems", SIGMOD 1984).
 *
 * 1. Changes are committed in the order in which they came. No two of a group have a key in common,
 *    so a group does what its changes would do one after the other.
 * 2. Where a check fails, or the group is too large, nothing of it is changed, and each change is
 *    committed by itself.
 * 3. Every other failure is that of each change in the group.
 *
 * Nobody waits for company: a change that finds no commit under way is committed at once. What waits
 * is bounded by the requests and jobs that wait for it.
 */
export class GroupCommits {
  readonly #kv: Deno.Kv;
  #waiting: Waiting[] = [];
  #isRunning = false;

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  /** @see {CommitChange} */
  commit(change: KvChange): Promise<Version | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Version | undefined>();
    this.#waiting.push({ change, resolve, reject });
    if (!this.#isRunning) own(this.#run());
    return promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#isRunning = false;
  }

  /** The longest beginning of what waits that may be one commit. */
  #takeGroup(): Waiting[] {
    const keys = new Set<string>();
    let size = 0;
    let bytes = 0;
    const end = this.#waiting.findIndex(({ change }, i) => {
      const own = new Set(change.keys());
      size += change.size;
      bytes += change.bytes;
      const fits = size <= MOST_SIZE && bytes <= MOST_BYTES && keys.isDisjointFrom(own);
      for (const key of own) keys.add(key);
      return i > 0 && !fits;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #commitGroup(group: Waiting[]): Promise<void> {
    if (group.length > 1 && await this.#settleTogether(group)) return;
    for (const { change, resolve, reject } of group) {
      await commitAll(this.#kv, [change]).then(resolve, reject);
    }
  }

  /** @returns Whether the group came to an end; if not, nothing was changed. */
  async #settleTogether(group: Waiting[]): Promise<boolean> {
    try {
      const version = await commitAll(this.#kv, group.map(({ change }) => change));
      if (version === undefined) return false;
      for (const { resolve } of group) resolve(version);
    } catch (error) {
      if (error instanceof TypeError) return false; // it exceeds what Deno KV takes
      for (const { reject } of group) reject(error);
    }
    return true;
  }
}

async function commitAll(
  kv: Deno.Kv,
  changes: readonly KvChange[],
): Promise<Version | undefined> {
  const operation = kv.atomic();
  for (const change of changes) change.addTo(operation);
  const result = await commit(operation);
  return result.ok ? result.versionstamp : undefined;
}
