import {
  JOB_BYTES,
  JOB_EPOCH,
  JOB_TABLES,
  JOBS,
  PAGE_BYTES,
  PAGE_MAP,
  PAGES,
  TOKEN_SEPARATOR,
  WORKER_CAPACITY,
} from "../../../assembly/layout.ts";
import {
  LONG_COUNT,
  LONG_ENTRY_BYTES,
  LONG_KEY,
  LONG_KEY_BYTES,
  MEDIUM_COUNT,
  MEDIUM_ENTRY_BYTES,
  SHORT_COUNT,
  SHORT_ENTRY_BYTES,
  TABLE_LONG,
  TABLE_MEDIUM,
  TABLE_SHORT,
  TIER_BASE,
  TIER_BITS,
} from "../../../assembly/table_layout.ts";
import { jobOwner } from "../../shared/page_map.ts";
import type { SharedHeap } from "../../shared/shared_heap.ts";
import type { CountOptions } from "../../contract/options.ts";
import type { KeyCount } from "../job_contract.ts";

/** Slots of all tables that one look visits: about a millisecond. Larger tables take turns. */
const MOST_SLOTS = 1 << 18;
/** Keys of each table that are looked at closely, beside as many as there are stop words. */
const CANDIDATES = 128;
const MOST_CANDIDATES = 2048;
/** Keys that are remembered from look to look. */
const REMEMBERED = 512;
/** Keys that one look decodes; longer ones than these bytes are not shown. */
const MOST_DECODED = 1 << 14;
const MOST_KEY_BYTES = 1024;
/** Tokens that may be in the tables already and not in the job's sum yet. */
const UNREPORTED = 1 << 24;
/** Bytes that are copied at once. */
const BLOCK_BYTES = PAGE_BYTES;

/** A tier of one table, as its header says. */
interface Tier {
  /** Address of its fields in the header. */
  fields: number;
  base: number;
  bits: number;
  form: TierForm;
}

interface TierForm {
  entryBytes: number;
  countOffset: number;
  /** First slot that may hold a key: a sentinel has slot 0 of some tiers. */
  first: number;
  /** Bytes of the key in the entry, zero padded; 0 when the entry points to it. */
  keyBytes: number;
}

const FORMS: readonly [offset: number, form: TierForm][] = [
  [TABLE_SHORT, {
    entryBytes: SHORT_ENTRY_BYTES,
    countOffset: SHORT_COUNT,
    first: 1,
    keyBytes: SHORT_COUNT,
  }],
  [TABLE_MEDIUM, {
    entryBytes: MEDIUM_ENTRY_BYTES,
    countOffset: MEDIUM_COUNT,
    first: 1,
    keyBytes: MEDIUM_COUNT,
  }],
  [TABLE_LONG, { entryBytes: LONG_ENTRY_BYTES, countOffset: LONG_COUNT, first: 0, keyBytes: 0 }],
];

// deno-lint-ignore no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const block = new Uint8Array(BLOCK_BYTES);
const blockWords = new Uint32Array(block.buffer);

/**
 * Looks at the tables of a running job from the host, while its workers write them.
 *
 * 1. Nothing is written and nobody waits: what is read may be torn, moved or stale.
 * 2. Bytes are read from pages that are the job's, before and after, and copied before they are
 *    looked at; so no address leads out of the memory.
 * 3. One of these looks at one run, whose epoch the record must have. The host alone gives records
 *    to runs, and does not do so during a look; so another run's keys are never shown.
 * 4. What cannot be a key and its count is dropped: invalid UTF-8, counts above all tokens.
 *
 * The counts are therefore about right: each may lag by a chunk, tables beyond `MOST_SLOTS` are
 * seen in turns, what has gone to disk is not seen any more, and a key is what the table holds,
 * brought to lower case by JavaScript where the job folds.
 */
export class LiveTop {
  readonly #heap: SharedHeap;
  readonly #job: number;
  readonly #epoch: number;
  readonly #owner: number;
  readonly #options: CountOptions;
  readonly #normalize: (key: string) => string;
  readonly #prefix: string;
  readonly #hidden: ReadonlySet<string>;
  readonly #candidates: number;
  /** Counts by key, then by worker. */
  #seen = new Map<string, Map<number, number>>();
  /** Where the next look begins in tables that are too large for one. */
  #turn = 0;
  #decoded = 0;

  /**
   * @param index The record of the run that has it now.
   * @param normalize Normalization Form C, in linear time: long keys are the client's.
   * @param words The job's stop words.
   */
  constructor(
    heap: SharedHeap,
    index: number,
    options: CountOptions,
    normalize: (key: string) => string,
    words: readonly string[] = [],
  ) {
    this.#heap = heap;
    this.#job = JOBS + index * JOB_BYTES;
    this.#epoch = this.#epochNow;
    this.#owner = jobOwner(index);
    this.#options = options;
    this.#normalize = normalize;
    this.#prefix = this.#toKey(options.prefix);
    this.#hidden = new Set(words.map((word) => this.#toForm(word)));
    this.#candidates = Math.min(CANDIDATES + this.#hidden.size, MOST_CANDIDATES);
  }

  /**
   * The largest counts, about; none when another run has the record.
   *
   * @param tokens Tokens that the job has counted, as far as they are reported.
   */
  read(top: number, tokens: number): KeyCount[] {
    if (this.#epochNow !== this.#epoch) return [];
    this.#decoded = 0;
    const tables = this.#tables();
    const slots = Math.floor(MOST_SLOTS / Math.max(1, tables.length));
    for (const [worker, address] of tables) {
      this.#readTable(worker, address, slots, tokens + UNREPORTED);
    }
    this.#turn += slots;
    return this.#sum().slice(0, top);
  }

  get #epochNow(): number {
    return this.#heap.words[(this.#job + JOB_EPOCH) >> 2];
  }

  #tables(): [worker: number, address: number][] {
    const first = (this.#job + JOB_TABLES) >> 2;
    return Array.from(
      this.#heap.words.subarray(first, first + WORKER_CAPACITY),
      (address, worker): [number, number] => [worker, address >>> 0],
    ).filter(([, address]) => address !== 0 && this.#owns(address, PAGE_BYTES));
  }

  /** Takes the largest counts of as many slots of a table as may be visited. */
  #readTable(worker: number, address: number, slots: number, most: number): void {
    const tiers = FORMS.map(([offset, form]) => this.#readTier(address + offset, form));
    const total = tiers.reduce((sum, tier) => sum + (tier ? 1 << tier.bits : 0), 0);
    const found = new Candidates(this.#candidates);
    // What lies behind the end is at the beginning: both are looked for in every tier.
    const from = total <= slots ? 0 : this.#turn % total;
    let start = 0; // of the tier among the slots of all tiers
    for (const tier of tiers) {
      if (tier === undefined) continue;
      const size = 1 << tier.bits;
      for (const first of [from - start, from - start - total]) {
        const begin = Math.max(first, 0);
        const end = Math.min(first + slots, size);
        if (begin < end) this.#scan(tier, begin, end, most, found);
      }
      start += size;
    }
    for (const { key, count } of found.list) {
      const counts = this.#seen.get(key) ?? new Map<number, number>();
      counts.set(worker, Math.max(count, counts.get(worker) ?? 0));
      this.#seen.set(key, counts);
    }
  }

  #readTier(fields: number, form: TierForm): Tier | undefined {
    const { words } = this.#heap;
    const base = words[(fields + TIER_BASE) >> 2] >>> 0;
    const bits = words[(fields + TIER_BITS) >> 2] >>> 0;
    const sound = bits < 28 && base % SHORT_ENTRY_BYTES === 0 &&
      this.#owns(base, form.entryBytes * 2 ** bits);
    return sound ? { fields, base, bits, form } : undefined;
  }

  #scan(tier: Tier, begin: number, end: number, most: number, found: Candidates): void {
    const { base, form } = tier;
    const { entryBytes, countOffset, first } = form;
    const atOnce = BLOCK_BYTES / entryBytes;
    for (let slot = Math.max(begin, first); slot < end; slot += atOnce) {
      const entries = Math.min(atOnce, end - slot);
      if (!this.#copy(base + slot * entryBytes, entries * entryBytes)) return;
      const { base: now, bits } = this.#readTier(tier.fields, form) ?? {};
      if (now !== base || bits !== tier.bits) return; // it has moved
      const stride = entryBytes >> 2;
      for (let i = 0, word = countOffset >> 2; i < entries; i++, word += stride) {
        const count = blockWords[word];
        if (count <= found.least || count > most) continue;
        const key = this.#decode(i * entryBytes, form);
        if (key !== undefined) found.add({ key, count });
      }
    }
  }

  /** The key of an entry in the block, if it is one that the job's result may show. */
  #decode(entry: number, { keyBytes }: TierForm): string | undefined {
    if (++this.#decoded > MOST_DECODED) return undefined;
    const bytes = keyBytes === 0
      ? this.#copyLong(
        blockWords[(entry + LONG_KEY) >> 2],
        blockWords[(entry + LONG_KEY_BYTES) >> 2],
      )
      : trimZeros(block.subarray(entry, entry + keyBytes));
    if (bytes === undefined) return undefined;
    try {
      const tokens = splitTokens(bytes).map((token) => this.#toKey(decoder.decode(token)));
      const key = tokens.join(" ");
      return key.startsWith(this.#prefix) && !this.#isHidden(key, tokens) ? key : undefined;
    } catch {
      return undefined; // torn
    }
  }

  #isHidden(key: string, tokens: readonly string[]): boolean {
    if (this.#hidden.size === 0) return false;
    const stops = (text: string) => this.#hidden.has(this.#toForm(text));
    const { stopMode } = this.#options;
    return stops(key) || (stopMode === "all" ? tokens.every(stops) : tokens.some(stops));
  }

  #copyLong(address: number, bytes: number): Uint8Array | undefined {
    if (bytes > MOST_KEY_BYTES || !this.#owns(address, bytes)) return undefined;
    const key = this.#heap.bytes.slice(address, address + bytes);
    return this.#owns(address, bytes) ? new Uint8Array(key) : undefined;
  }

  /** Copies bytes into the block; false when they are not all the job's. */
  #copy(address: number, bytes: number): boolean {
    if (!this.#owns(address, bytes)) return false;
    block.set(this.#heap.bytes.subarray(address, address + bytes));
    return this.#owns(address, bytes);
  }

  #owns(address: number, bytes: number): boolean {
    const { words, pages } = this.#heap;
    if (address < PAGES || address + bytes > pages.total * PAGE_BYTES) return false;
    const last = Math.floor((address + Math.max(bytes, 1) - 1) / PAGE_BYTES);
    for (let page = Math.floor(address / PAGE_BYTES); page <= last; page++) {
      if (Atomics.load(words, (PAGE_MAP >> 2) + page) !== this.#owner) return false;
    }
    return true;
  }

  /** As far as it costs little: what the reduce does with the few keys that are shown. */
  #toKey(key: string): string {
    const { case: folding, normalization } = this.#options;
    const folded = folding === "fold" ? key.toLowerCase() : key;
    return normalization === "nfc" && !ASCII.test(folded) ? this.#normalize(folded) : folded;
  }

  /** A key as stop words are compared with it. */
  #toForm(key: string): string {
    return this.#toKey(key.toLowerCase());
  }

  /** Keys by their counts over all workers, the largest first; forgets the others. */
  #sum(): KeyCount[] {
    const sums = Array.from(this.#seen, ([key, counts]) => ({
      key,
      count: counts.values().reduce((sum, count) => sum + count, 0),
    })).sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)).slice(0, REMEMBERED);
    this.#seen = new Map(sums.map(({ key }) => [key, this.#seen.get(key)!]));
    return sums;
  }
}

/** The largest counts of one table. */
class Candidates {
  list: KeyCount[] = [];
  /** Counts up to this one are none of them. */
  least = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(candidate: KeyCount): void {
    this.list.push(candidate);
    if (this.list.length < this.#most * 2) return;
    this.list.sort((a, b) => b.count - a.count);
    this.list.length = this.#most;
    this.least = this.list[this.#most - 1].count;
  }
}

/** The tokens of a key that holds them apart, as kernels do where stop words are among them. */
function splitTokens(key: Uint8Array): Uint8Array[] {
  const tokens: Uint8Array[] = [];
  let from = 0;
  for (let to = key.indexOf(TOKEN_SEPARATOR); to >= 0; to = key.indexOf(TOKEN_SEPARATOR, from)) {
    tokens.push(key.subarray(from, to));
    from = to + 1;
  }
  return [...tokens, key.subarray(from)];
}

function trimZeros(key: Uint8Array): Uint8Array | undefined {
  let end = key.length;
  while (end > 0 && key[end - 1] === 0) end--;
  return end === 0 ? undefined : key.subarray(0, end);
}
