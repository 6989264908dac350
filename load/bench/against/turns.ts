import type { Side, Sides, TakeTurns } from "../../support/benchmark.ts";
import type { Figure } from "../../support/report.ts";
import { compareFigure, type Comparison } from "./verdict.ts";

/** What both revisions reached, round by round: A B A B. */
export class Turns {
  readonly #rounds: number;
  readonly #tell: (line: string) => void;
  readonly #signal: AbortSignal;
  /** Figures of each side by name, one value for each round. */
  readonly #values: readonly [Map<string, number[]>, Map<string, number[]>];
  readonly #figures = new Map<string, Figure>();

  /** @param tell Takes each line of progress. */
  constructor(
    readonly sides: Sides,
    rounds: number,
    tell: (line: string) => void,
    signal: AbortSignal,
  ) {
    this.#rounds = rounds;
    this.#tell = tell;
    this.#signal = signal;
    this.#values = [new Map(), new Map()];
  }

  /** A first turn of each side warms up, and does not count. */
  readonly take: TakeTurns = async (measure) => {
    for (let round = 0; round <= this.#rounds; round++) {
      for (const [i, side] of this.sides.entries()) {
        this.#signal.throwIfAborted();
        const what = round === 0 ? "warm-up" : `round ${round} of ${this.#rounds}`;
        this.#tell(`${what}: ${"AB"[i]}, ${side.name}`);
        const figures = await measure(side);
        if (round > 0) this.#keep(this.#values[i], figures);
      }
    }
    this.#signal.throwIfAborted();
  };

  #keep(values: Map<string, number[]>, figures: readonly Figure[]): void {
    for (const figure of figures) {
      this.#figures.set(figure.name, figure);
      const all = values.get(figure.name) ?? [];
      all.push(figure.value);
      values.set(figure.name, all);
    }
  }

  /** Comparisons of all figures that both sides have. @throws {Error} If there are none. */
  compare(): Comparison[] {
    const [a, b] = this.#values;
    const common = [...this.#figures.values()].filter(({ name }) => a.has(name) && b.has(name));
    if (common.length === 0) throw new Error("Cannot compare: the revisions have no common figure");
    return common.map((figure) =>
      compareFigure(figure, a.get(figure.name)!, b.get(figure.name)!, common.length)
    );
  }

  /** Figures that one side alone has, with its name. */
  unmatched(): string[] {
    const [a, b] = this.#values;
    const only = (has: Map<string, number[]>, other: Map<string, number[]>, side: Side) =>
      [...has.keys()].filter((name) => !other.has(name)).map((name) => `${name} (${side.name})`);
    return [...only(a, b, this.sides[0]), ...only(b, a, this.sides[1])];
  }
}
