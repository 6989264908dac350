import {
  JOB_EPOCH,
  JOB_TABLES,
  PAGE_BYTES,
  PAGE_MAP,
  PAGES,
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
import { jobAddress } from "../../shared/addresses.ts";
import { jobOwner } from "../../shared/page_map.ts";
import type { SharedHeap } from "../../shared/shared_heap.ts";
import { type LiveValue, LiveValues } from "./live_values.ts";

/** Longer keys are not read. */
const MOST_KEY_BYTES = 1024;
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

/** Where entries are copied to before they are looked at. */
const block = new Uint8Array(BLOCK_BYTES);
const blockWords = new Uint32Array(block.buffer);

/** Takes entries of tables: those whose count or value is above `least` and at most `most`. */
export interface EntryTaker {
  readonly least: number;
  readonly most: number;
  /** @param key Valid until this returns. */
  take(key: Uint8Array, part: LiveValue): void;
}

/**
 * The tables of one run, read by the host while workers write them.
 *
 * 1. The host writes nothing, and neither side waits: what the host reads may be torn, moved or
 *    stale.
 * 2. The host reads bytes from pages that are the job's, checks before and after, and copies them
 *    before it looks at them; so no address leads out of the memory.
 * 3. The block's epoch says which run has it. The host alone gives blocks to runs, and does not do
 *    so while it reads; so it never reads the tables of another run.
 */
export class LiveTables {
  readonly #heap: SharedHeap;
  readonly #job: number;
  readonly #owner: number;
  readonly #epoch: number;
  /** What the entries' states hold, if they have any. */
  readonly values: LiveValues;

  /** @param index The job block of the run that has it now. */
  constructor(heap: SharedHeap, index: number) {
    this.#heap = heap;
    this.#job = jobAddress(index);
    this.#owner = jobOwner(index);
    this.#epoch = this.#epochNow;
    this.values = new LiveValues(heap, this.#job);
  }

  /** Whether the run still has the block. */
  get areCurrent(): boolean {
    return this.#epochNow === this.#epoch;
  }

  get #epochNow(): number {
    return this.#heap.word(this.#job + JOB_EPOCH);
  }

  /** Numbers and addresses of the tables. */
  list(): [worker: number, address: number][] {
    const first = (this.#job + JOB_TABLES) >> 2;
    return Array.from(
      this.#heap.words.subarray(first, first + WORKER_CAPACITY),
      (address, worker): [number, number] => [worker, address >>> 0],
    ).filter(([, address]) => address !== 0 && this.#owns(address, PAGE_BYTES));
  }

  /**
   * Reads some slots of a table.
   *
   * @param slots How many slots may be visited.
   * @param turn If the table has more, the visit begins at this one, modulo their number.
   */
  read(address: number, slots: number, turn: number, taker: EntryTaker): void {
    const tiers = FORMS.map(([offset, form]) => this.#readTier(address + offset, form));
    const total = tiers.reduce((sum, tier) => sum + (tier ? 1 << tier.bits : 0), 0);
    // A visit that passes the end goes on at the beginning, so each tier is read from both ends.
    const from = total <= slots ? 0 : turn % total;
    let start = 0; // of the tier among the slots of all tiers
    for (const tier of tiers) {
      if (tier === undefined) continue;
      const size = 1 << tier.bits;
      for (const first of [from - start, from - start - total]) {
        const begin = Math.max(first, 0);
        const end = Math.min(first + slots, size);
        if (begin < end) this.#scan(tier, begin, end, taker);
      }
      start += size;
    }
  }

  #readTier(fields: number, form: TierForm): Tier | undefined {
    const base = this.#heap.word(fields + TIER_BASE);
    const bits = this.#heap.word(fields + TIER_BITS);
    const isSound = bits < 28 && base % SHORT_ENTRY_BYTES === 0 &&
      this.#owns(base, form.entryBytes * 2 ** bits);
    return isSound ? { fields, base, bits, form } : undefined;
  }

  #scan(tier: Tier, begin: number, end: number, taker: EntryTaker): void {
    const { base, form } = tier;
    const { entryBytes, countOffset, first } = form;
    const atOnce = BLOCK_BYTES / entryBytes;
    for (let slot = Math.max(begin, first); slot < end; slot += atOnce) {
      const entries = Math.min(atOnce, end - slot);
      if (!this.#copy(base + slot * entryBytes, entries * entryBytes)) return;
      const { base: now, bits } = this.#readTier(tier.fields, form) ?? {};
      if (now !== base || bits !== tier.bits) return; // it has moved
      const stride = entryBytes >> 2;
      const { areKept } = this.values;
      for (let i = 0, word = countOffset >> 2; i < entries; i++, word += stride) {
        const count = blockWords[word];
        if (areKept ? count === 0 : count <= taker.least || count > taker.most) continue;
        const part = areKept ? this.#stateAt(count, taker) : { value: count, weight: 1 };
        const key = part && this.#keyAt(i * entryBytes, form);
        if (key !== undefined) taker.take(key, part!);
      }
    }
  }

  /** The value of the state that an entry points to, if the taker wants it. */
  #stateAt(address: number, taker: EntryTaker): LiveValue | undefined {
    if (!this.#owns(address, this.values.stateBytes)) return undefined;
    const part = this.values.read(address);
    return part.value > taker.least && part.value <= taker.most ? part : undefined;
  }

  /** The key of an entry in the block. */
  #keyAt(entry: number, { keyBytes }: TierForm): Uint8Array | undefined {
    if (keyBytes > 0) return trimZeros(block.subarray(entry, entry + keyBytes));
    const address = blockWords[(entry + LONG_KEY) >> 2];
    return this.#copyLong(address, blockWords[(entry + LONG_KEY_BYTES) >> 2]);
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
}

function trimZeros(key: Uint8Array): Uint8Array | undefined {
  let end = key.length;
  while (end > 0 && key[end - 1] === 0) end--;
  return end === 0 ? undefined : key.subarray(0, end);
}
