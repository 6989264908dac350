import type { OptionTable, Values } from "./options.ts";
import type { Figure, Report } from "./report.ts";

/** A benchmark, as `deno task bench` lists and runs it. */
export interface Benchmark<Options extends OptionTable = OptionTable> {
  /** As on the command line; the module has the same name. */
  name: string;
  /** What it measures, in one line. */
  about: string;
  /** How it measures, and what is checked: for `--help`. */
  details: string;
  options: Options;
  /** Values with which it takes less than a minute, for `--quick`; the others keep their defaults. */
  quick: Readonly<Partial<Record<keyof Options, string>>>;
  /**
   * Measures, and tells what it found.
   *
   * @throws {Error} If an answer is wrong: then no rate is told.
   */
  run(values: Values<Options>, report: Report): Promise<void>;
  /**
   * Measures two revisions side by side through what is the same in all revisions. Without it, two
   * revisions are compared by running each one's own module.
   *
   * @throws {Error} If an answer is wrong, or if the revisions have not enough in common.
   */
  compare?(
    sides: Sides,
    values: Values<Options>,
    report: Report,
    takeTurns: TakeTurns,
  ): Promise<void>;
}

/** A revision of Millrace, checked out and built. */
export interface Side {
  /** As the report calls it. */
  name: string;
  /** Its folder. */
  root: URL;
}

/** The other revision, and this one. */
export type Sides = readonly [a: Side, b: Side];

/** Calls `measure` for the two sides in turn, round by round. */
export type TakeTurns = (measure: (side: Side) => Promise<Figure[]>) => Promise<void>;

/** Infers the types of the options. */
export function defineBenchmark<const Options extends OptionTable>(
  benchmark: Benchmark<Options>,
): Benchmark {
  return benchmark;
}
