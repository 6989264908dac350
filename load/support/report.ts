/** One number that a benchmark found. */
export interface Figure {
  name: string;
  unit: string;
  value: number;
  better: "higher" | "lower";
}

/** What a benchmark tells: lines to read, and figures to compare. */
export class Report {
  readonly figures: Figure[] = [];
  readonly #write: (line: string) => void;

  /** @param write Takes each line. */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  print(line = ""): void {
    this.#write(line);
  }

  /** Prints rows below a header, the first column to the left and the others to the right. */
  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    for (const line of formatTable(header, rows)) this.#write(line);
  }

  /** Prints a figure that something is asked of, and whether it is met. */
  require(what: string, found: string, met: boolean): void {
    this.#write(`${met ? "ok  " : "MISS"}  ${what}: ${found}`);
  }

  /** Keeps a figure for `--json` and `--against`; prints nothing. */
  figure(name: string, unit: string, value: number, better: Figure["better"]): void {
    this.figures.push({ name, unit, value, better });
  }
}

/** Lines of a table whose columns stand below each other. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map(([name, ...cells]) => {
    const right = cells.map((cell, i) => cell.padStart(widths[i + 1] + 2));
    return (name.padEnd(widths[0]) + right.join("")).trimEnd();
  });
}
