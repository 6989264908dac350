import { formatTable } from "../../src/guides/markdown_table.ts";
import type { Chart } from "./charts.ts";

/** One number that a benchmark found. */
export interface Figure {
  name: string;
  unit: string;
  value: number;
  better: "higher" | "lower";
}

/** A row of what a benchmark found, for programs: numbers as they are, in the units of their names. */
export type Row = Readonly<Record<string, string | number | boolean | null | readonly number[]>>;

/** A paragraph, a table in Markdown, or a chart. */
export type Block = string | Chart;

/** Where what a benchmark tells goes, line by line. */
export type Write = (line: string) => void;

/** What a benchmark tells: text and charts to look at, rows for programs, figures to compare. */
export class Report {
  readonly figures: Figure[] = [];
  readonly rows: Row[] = [];
  readonly blocks: Block[] = [];
  readonly #write: Write;
  readonly #tell: Write;

  /**
   * @param write Takes each line of the report.
   * @param tell Takes each line of progress.
   */
  constructor(write: Write, tell: Write = () => {}) {
    this.#write = write;
    this.#tell = tell;
  }

  /** Says what is being done, which is no part of the report. */
  progress(line: string): void {
    this.#tell(line);
  }

  print(line = ""): void {
    this.#write(line);
    if (line.trim() !== "") this.blocks.push(line.trim());
  }

  /** Prints a table in Markdown. */
  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    const table = formatTable([header, ...rows].map((row) => row.map((cell) => cell.trim())));
    this.#write(`\n${table}\n`);
    this.blocks.push(table);
  }

  /** Keeps a chart for the written report; prints nothing. */
  chart(chart: Chart): void {
    this.blocks.push(chart);
  }

  /** Prints a figure that something is asked of, and whether it is met. */
  require(what: string, found: string, met: boolean): void {
    this.print(`${met ? "ok  " : "MISS"}  ${what}: ${found}`);
  }

  /** Keeps a row for `--json`; prints nothing. */
  row(row: Row): void {
    this.rows.push(row);
  }

  /** Keeps a figure for `--json` and `--against`; prints nothing. */
  figure(name: string, unit: string, value: number, better: Figure["better"]): void {
    this.figures.push({ name, unit, value, better });
  }
}
