import { Random } from "../../../../tests/support/random.ts";

/** Draws of a seed. */
export class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** Anything from `least` up to, and without, `most`. */
  uniform(least = 0, most = 1): number {
    return least + (most - least) * this.#random.below(2 ** 32) / 2 ** 32;
  }

  /** A time until what happens at any moment alike. @returns Infinity where it never does. */
  exponential(mean: number): number {
    return -Math.log(1 - this.uniform()) * mean;
  }

  isTrue(share: number): boolean {
    return this.uniform() < share;
  }
}

/**
 * How many times as long as others a task takes that is late: 1.5 to 2.5 of four in five, and more
 * than 10 of one in ten.
 *
 * Source: Ananthanarayanan et al., "Reining in the Outliers in Map-Reduce Clusters using Mantri",
 * OSDI 2010. It says no more of the tail than that it is long: 10 to 15 is our choice.
 */
export function drawDelay(dice: Dice): number {
  const share = dice.uniform();
  if (share < 0.8) return dice.uniform(1.5, 2.5);
  if (share < 0.9) return dice.uniform(2.5, 10);
  return dice.uniform(10, 15);
}

/**
 * The share of a job's tasks that is late: in a quarter of the phases more than 15 % are (likewise).
 * What the others have is our choice.
 */
export function drawLateShare(dice: Dice): number {
  return dice.isTrue(0.25) ? dice.uniform(0.15, 0.25) : dice.uniform(0, 0.15);
}
