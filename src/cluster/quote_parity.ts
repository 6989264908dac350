import type { Blocks } from "../input/byte_stream.ts";
import { holdOddQuotes } from "../input/quotes.ts";
import type { Split } from "../input/split_borders.ts";

/** Tells whether the number of quotes between the nominal borders of a split is odd. */
export class QuoteParity {
  readonly #nominal: Split;
  readonly #read: (split: Split) => Blocks;
  #isOdd: boolean | undefined;

  /** @param read Gives bytes of the text. */
  constructor(nominal: Split, read: (split: Split) => Blocks) {
    this.#nominal = nominal;
    this.#read = read;
  }

  /**
   * Counts the quotes of a split while it is read.
   *
   * @param blocks All from its real border on.
   * @param isQuoted Whether the nominal border before that was taken to stand between quotes: then an
   * odd number of them stands between the two.
   */
  async *follow(blocks: Blocks, border: number, isQuoted: boolean): AsyncGenerator<Uint8Array> {
    const { from, to } = this.#nominal;
    let isOdd = isQuoted && border >= from;
    let at = border;
    for await (const block of blocks) {
      const counted = block.subarray(Math.max(0, from - at), Math.max(0, to - at));
      if (holdOddQuotes(counted)) isOdd = !isOdd;
      at += block.length;
      yield block;
    }
    if (border <= to) this.#isOdd = isOdd; // of what stands before a later one, nothing was read
  }

  /** Reads what is between the nominal borders, unless the split was followed to its end. */
  async isOdd(): Promise<boolean> {
    if (this.#isOdd !== undefined) return this.#isOdd;
    for await (const _ of this.follow(this.#read(this.#nominal), this.#nominal.from, false));
    return this.#isOdd!;
  }
}
