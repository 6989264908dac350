import { ignoreError, own } from "../async/own.ts";

/** Whether the two nominal borders of a split stand between quotes. */
export type QuotedBorders = readonly [from: boolean, to: boolean];

/** What nodes take it that borders are of which nobody knows. */
export const NOT_QUOTED: QuotedBorders = [false, false];

interface Link {
  readonly odd: PromiseWithResolvers<boolean>;
  readonly start: Promise<boolean>;
  readonly end: Promise<boolean>;
}

/**
 * Tells of each split of a text whether its nominal borders stand between quotes, once it is known of all
 * splits before whether they have an odd number of quotes.
 */
export class QuoteChain {
  readonly #links: Link[] = [];

  /** Adds a split that follows the last one. @param isFirst Whether it is the first of its text. */
  add(isFirst: boolean): void {
    const start = isFirst ? Promise.resolve(false) : this.#links.at(-1)!.end;
    const odd = Promise.withResolvers<boolean>();
    const end = joined(start, odd.promise);
    own(end, ignoreError); // nobody may ask for it
    this.#links.push({ odd, start, end });
  }

  /** Takes it that a split has an odd number of quotes between its nominal borders, or an even one. */
  async settle(index: number, isOdd: boolean): Promise<QuotedBorders> {
    const { odd, start, end } = this.#links[index];
    odd.resolve(isOdd);
    return [await start, await end];
  }

  /** Takes it that nothing will be known of a split, nor of those behind it. */
  fail(index: number, reason: unknown): void {
    this.#links[index].odd.reject(reason);
  }
}

async function joined(start: Promise<boolean>, odd: Promise<boolean>): Promise<boolean> {
  own(odd, ignoreError); // the beginning may fail first
  return await start !== await odd;
}
