import {
  JOB_OP,
  JOB_VALUE_TYPE,
  OP_AVG,
  OP_COUNT,
  OP_MAX,
  OP_MIN,
  OP_STATS,
  OP_SUM,
  VALUE_DECIMAL,
  VALUE_F64,
} from "../../../assembly/layout.ts";
import {
  HIGH_WORDS_APART,
  STATS_AVG,
  STATS_BYTES,
  STATS_COUNT,
  STATS_MASK,
  STATS_MAX,
  STATS_MIN,
  SUM_HIGH,
} from "../../../assembly/number_layout.ts";
import type { SharedHeap } from "../../shared/shared_heap.ts";
import { StatsWords } from "../../shared/stats_words.ts";

/** Bytes of the longest state but those of sums and stats; assembly/values/op.ts has the forms of all. */
const MOST_STATE_BYTES = 56;
/** From a sum of integers to its high word. */
const HIGH_OFFSET = 2048;
const WORD_BYTES = 8;

/** A value of one table, and of how many it is the average, else 1. */
export interface LiveValue {
  value: number;
  weight: number;
}

/**
 * The states of a job with values, read by the host while workers write them: about, since a state
 * may be torn, and since doubles are what JavaScript adds.
 */
export class LiveValues {
  /** What is shown of each state, one of OP_*. */
  readonly #op: number;
  readonly #isStats: boolean;
  readonly #isDouble: boolean;
  /** What integers are divided by: the units of a decimal. */
  readonly #unit: number;
  readonly #integers: BigInt64Array<SharedArrayBuffer>;
  readonly #doubles: Float64Array<SharedArrayBuffer>;

  /** @param job Address of the job's block. */
  constructor(heap: SharedHeap, job: number) {
    const op = heap.word(job + JOB_OP);
    const type = heap.word(job + JOB_VALUE_TYPE);
    this.#isStats = op === OP_STATS;
    this.#op = this.#isStats ? opOf(type & STATS_MASK) : op;
    this.#isDouble = type === VALUE_F64;
    this.#unit = type < VALUE_DECIMAL ? 1 : 10 ** (type - VALUE_DECIMAL);
    this.#integers = new BigInt64Array(heap.words.buffer);
    this.#doubles = new Float64Array(heap.words.buffer);
  }

  /** Whether the job has values, and does not only count. */
  get areKept(): boolean {
    return this.#isStats || this.#op !== OP_COUNT;
  }

  /** How many bytes from the address of a state on are read. */
  get stateBytes(): number {
    if (this.#isStats) return HIGH_WORDS_APART + STATS_BYTES;
    return this.#isWideSum ? HIGH_OFFSET + WORD_BYTES : MOST_STATE_BYTES;
  }

  get #isWideSum(): boolean {
    return this.#op === OP_SUM && !this.#isDouble && !this.#isStats;
  }

  /** @param state Its address, of `stateBytes` that can be read. */
  read(state: number): LiveValue {
    const at = state >>> 3;
    if (this.#isStats) return this.#readStats(state);
    if (this.#op === OP_AVG) {
      const weight = this.#integer(at + (this.#isDouble ? 6 : 3));
      if (this.#isDouble) return { value: this.#binned(at + 1, weight), weight };
      const sum = this.#integer(at + 1) + this.#integer(at + 2) * 2 ** 64;
      return { value: sum / weight / this.#unit, weight };
    }
    if (!this.#isDouble) {
      const high = this.#isWideSum ? this.#integer(at + HIGH_OFFSET / WORD_BYTES) : 0;
      return { value: (this.#integer(at) + high * 2 ** 64) / this.#unit, weight: 1 };
    }
    return { value: this.#op === OP_SUM ? this.#binned(at + 1) : this.#doubles[at], weight: 1 };
  }

  /** Of which rows will be ordered by the first. */
  #readStats(state: number): LiveValue {
    const words = new StatsWords((offset) => {
      const apart = offset < SUM_HIGH ? 0 : HIGH_WORDS_APART;
      return this.#integers[(state + apart + offset) >>> 3];
    });
    const count = Number(words.count);
    const unit = 10 ** words.scale;
    switch (this.#op) {
      case OP_COUNT:
        return { value: count, weight: 1 };
      case OP_MIN:
        return { value: Number(words.min) / unit, weight: 1 };
      case OP_MAX:
        return { value: Number(words.max) / unit, weight: 1 };
    }
    const sum = Number(words.sum) / unit;
    return this.#op === OP_AVG ? { value: sum / count, weight: count } : { value: sum, weight: 1 };
  }

  #integer(at: number): number {
    return Number(this.#integers[at]);
  }

  /** A sum of doubles in digits, divided before it overflows; see assembly/values/binned_sum.ts. */
  #binned(at: number, weight = 1): number {
    const place = this.#integer(at + 4);
    let sum = 0;
    for (let i = 0; i < 4; i++) {
      sum += this.#integer(at + i) / weight * 2 ** (24 * (place - i) - 1074);
    }
    return sum;
  }

  /** What several tables say of a key; counts are added up. */
  combine(parts: readonly LiveValue[]): number {
    const values = parts.map(({ value }) => value);
    switch (this.#op) {
      case OP_MIN:
        return Math.min(...values);
      case OP_MAX:
        return Math.max(...values);
      case OP_AVG: {
        const weight = parts.reduce((sum, part) => sum + part.weight, 0);
        return parts.reduce((sum, part) => sum + part.value * part.weight, 0) / weight;
      }
      default:
        return values.reduce((sum, value) => sum + value, 0);
    }
  }
}

function opOf(ranked: number): number {
  switch (ranked) {
    case STATS_MIN:
      return OP_MIN;
    case STATS_MAX:
      return OP_MAX;
    case STATS_AVG:
      return OP_AVG;
    case STATS_COUNT:
      return OP_COUNT;
    default:
      return OP_SUM;
  }
}
