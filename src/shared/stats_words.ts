import {
  GREATEST_HIGH,
  GREATEST_LOW,
  LEAST_HIGH,
  LEAST_LOW,
  NUMBER_SCALE_MASK,
  SCALE_SHIFT,
  STATS_COUNTED,
  SUM_HIGH,
  SUM_LOW,
  SUM_TOP,
} from "../../assembly/number_layout.ts";

const WORD = 64n;

/** What is known of the numbers of a key, as assembly/values/stats.ts has it. */
export class StatsWords {
  readonly #wordAt: (offset: number) => bigint;

  /** @param wordAt Reads an i64 by its offset in number_layout.ts. */
  constructor(wordAt: (offset: number) => bigint) {
    this.#wordAt = wordAt;
  }

  /** How many numbers there are. */
  get count(): bigint {
    return BigInt.asUintN(SCALE_SHIFT, this.#wordAt(STATS_COUNTED));
  }

  /** How many fraction digits all of the following have. */
  get scale(): number {
    return Number(this.#wordAt(STATS_COUNTED) >> BigInt(SCALE_SHIFT)) & NUMBER_SCALE_MASK;
  }

  /** In units of the last fraction digit. */
  get sum(): bigint {
    const high = BigInt.asUintN(64, this.#wordAt(SUM_HIGH));
    return this.#wordAt(SUM_LOW) + (high + (this.#wordAt(SUM_TOP) << WORD) << WORD);
  }

  get min(): bigint {
    return this.#wordAt(LEAST_LOW) + (this.#wordAt(LEAST_HIGH) << WORD);
  }

  get max(): bigint {
    return this.#wordAt(GREATEST_LOW) + (this.#wordAt(GREATEST_HIGH) << WORD);
  }
}
