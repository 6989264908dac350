import { PART_SEPARATOR, TOKEN_SEPARATOR } from "../../../assembly/layout.ts";
import type { CountOptions } from "../../contract/options.ts";
import type { SharedHeap } from "../../shared/shared_heap.ts";
import type { KeyCount } from "../job_contract.ts";
import { type EntryTaker, LiveTables } from "./live_tables.ts";
import type { LiveValue } from "./live_values.ts";

/** Slots of all tables that one look visits: about a millisecond. Larger tables take turns. */
const MOST_SLOTS = 1 << 18;
/** Keys of each table that are looked at closely, beside as many as there are stop words. */
const CANDIDATES = 128;
const MOST_CANDIDATES = 2048;
/** Keys that are remembered from look to look. */
const REMEMBERED = 512;
/** Keys that one look decodes. */
const MOST_DECODED = 1 << 14;
/** Tokens that may be in the tables already and not in the job's sum yet. */
const UNREPORTED = 1 << 24;

// deno-lint-ignore no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The largest counts, or values, of a running job, about: a look at tables that workers write meanwhile; see
 * LiveTables. What cannot be a key and its count is dropped: invalid UTF-8, counts above all tokens.
 *
 * Each count may lag by a chunk, tables beyond `MOST_SLOTS` are seen in turns, what has gone to disk
 * is not seen any more, and a key is what the table holds, brought to lower case by JavaScript where
 * the job folds. One of these looks at one run, and shows no key of another.
 */
export class LiveTop {
  readonly #tables: LiveTables;
  readonly #options: CountOptions;
  readonly #normalize: (key: string) => string;
  readonly #prefix: string;
  readonly #hidden: ReadonlySet<string>;
  readonly #ofLastPart: boolean;
  readonly #candidates: number;
  /** Counts or values by key, then by worker. */
  #seen = new Map<string, Map<number, LiveValue>>();
  /** Where the next look begins in tables that are too large for one. */
  #turn = 0;

  /**
   * @param index The job block of the run that has it now.
   * @param normalize Normalization Form C, in linear time: long keys are the client's.
   * @param words The job's stop words.
   * @param ofLastPart Whether options of keys are for the last part of each, which is a word.
   */
  constructor(
    heap: SharedHeap,
    index: number,
    options: CountOptions,
    normalize: (key: string) => string,
    words: readonly string[] = [],
    ofLastPart = false,
  ) {
    this.#tables = new LiveTables(heap, index);
    this.#options = options;
    this.#normalize = normalize;
    this.#prefix = this.#toKey(options.prefix);
    this.#ofLastPart = ofLastPart;
    this.#hidden = new Set(words.map((word) => this.#toForm(word)));
    this.#candidates = Math.min(CANDIDATES + this.#hidden.size, MOST_CANDIDATES);
  }

  /**
   * The largest counts, about; none when another run has the block.
   *
   * @param tokens Tokens that the job has counted, as far as they are reported.
   */
  read(top: number, tokens: number): KeyCount[] {
    if (!this.#tables.areCurrent) return [];
    const budget = { left: MOST_DECODED };
    const { areKept } = this.#tables.values;
    const most = areKept ? Number.MAX_VALUE : tokens + UNREPORTED;
    const tables = this.#tables.list();
    const slots = Math.floor(MOST_SLOTS / Math.max(1, tables.length));
    for (const [worker, address] of tables) {
      const least = areKept ? -Infinity : 0;
      const found = new Candidates(this.#candidates, least, most, budget, this.#decode);
      this.#tables.read(address, slots, this.#turn, found);
      for (const { key, part } of found.list) this.#note(worker, key, part);
    }
    this.#turn += slots;
    return this.#sum().slice(0, top);
  }

  /** Counts only grow, so that the largest is the latest. */
  #note(worker: number, key: string, part: LiveValue): void {
    const parts = this.#seen.get(key) ?? new Map<number, LiveValue>();
    const before = parts.get(worker);
    const isLater = this.#tables.values.areKept || !before || part.value > before.value;
    if (isLater) parts.set(worker, part);
    this.#seen.set(key, parts);
  }

  /** A key of a table, if it is one that the job's result may show. */
  readonly #decode = (bytes: Uint8Array): string | undefined => {
    try {
      const at = this.#ofLastPart ? bytes.lastIndexOf(PART_SEPARATOR) + 1 : 0;
      const tokens = splitTokens(bytes.subarray(at)).map((each) =>
        this.#toKey(decoder.decode(each))
      );
      const key = tokens.join(" ");
      if (!key.startsWith(this.#prefix) || this.#isHidden(key, tokens)) return undefined;
      return decoder.decode(bytes.subarray(0, at)) + key;
    } catch {
      return undefined; // torn
    }
  };

  #isHidden(key: string, tokens: readonly string[]): boolean {
    if (this.#hidden.size === 0) return false;
    const stops = (text: string) => this.#hidden.has(this.#toForm(text));
    const { stopMode } = this.#options;
    return stops(key) || (stopMode === "all" ? tokens.every(stops) : tokens.some(stops));
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
    const sums = Array.from(this.#seen, ([key, parts]) => ({
      key,
      count: this.#tables.values.combine([...parts.values()]),
    })).sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)).slice(0, REMEMBERED);
    this.#seen = new Map(sums.map(({ key }) => [key, this.#seen.get(key)!]));
    return sums;
  }
}

/** A key of one table. */
interface Candidate {
  key: string;
  part: LiveValue;
}

/** The largest counts or values of one table. */
class Candidates implements EntryTaker {
  list: Candidate[] = [];
  least: number;
  readonly most: number;
  readonly #size: number;
  readonly #budget: { left: number };
  readonly #decode: (key: Uint8Array) => string | undefined;

  /**
   * @param size How many are kept.
   * @param least No count is as small.
   * @param most Larger counts are torn.
   * @param budget Keys that may still be decoded, of all tables.
   * @param decode Gives a key's text, or undefined if it is not to be shown.
   */
  constructor(
    size: number,
    least: number,
    most: number,
    budget: { left: number },
    decode: (key: Uint8Array) => string | undefined,
  ) {
    this.#size = size;
    this.least = least;
    this.most = most;
    this.#budget = budget;
    this.#decode = decode;
  }

  take(bytes: Uint8Array, part: LiveValue): void {
    if (this.#budget.left-- <= 0) {
      this.least = Infinity; // this table has had its share of the look
      return;
    }
    const key = this.#decode(bytes);
    if (key === undefined) return;
    this.list.push({ key, part });
    if (this.list.length < this.#size * 2) return;
    this.list.sort((a, b) => b.part.value - a.part.value);
    this.list.length = this.#size;
    this.least = this.list[this.#size - 1].part.value;
  }
}

/** The tokens of a key; kernels put TOKEN_SEPARATOR between them where they look for stop words. */
function splitTokens(key: Uint8Array): Uint8Array[] {
  const tokens: Uint8Array[] = [];
  let from = 0;
  for (let to = key.indexOf(TOKEN_SEPARATOR); to >= 0; to = key.indexOf(TOKEN_SEPARATOR, from)) {
    tokens.push(key.subarray(from, to));
    from = to + 1;
  }
  return [...tokens, key.subarray(from)];
}
