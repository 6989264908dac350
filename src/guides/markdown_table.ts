/** Rows of cells in Markdown, the first of which is the header. */
export type MarkdownTable = readonly (readonly string[])[];

/** A table as `deno fmt` leaves it: every cell as wide as the widest of its column. */
export function formatTable(rows: MarkdownTable): string {
  const cells = rows.map((row) => row.map(escapeCell));
  const widths = cells[0].map((_, i) => Math.max(3, ...cells.map((row) => widthOf(row[i]))));
  const dashes = widths.map((width) => "-".repeat(width));
  return [cells[0], dashes, ...cells.slice(1)].map((row) => formatRow(row, widths)).join("\n");
}

/**
 * A guide with its tables made anew: what stands between `<!-- table: NAME -->` and
 * `<!-- /table -->`.
 *
 * @param tables By name; each must have its place in the guide, and each place its table.
 * @throws {Error} If one has not.
 */
export function replaceTables(
  guide: string,
  tables: Readonly<Record<string, MarkdownTable>>,
): string {
  const placed = new Set<string>();
  const replaced = guide.replaceAll(PLACE, (_, name: string) => {
    if (!Object.hasOwn(tables, name)) throw new Error(`Cannot write table ${name}: none is made`);
    placed.add(name);
    return `<!-- table: ${name} -->\n\n${formatTable(tables[name])}\n\n<!-- /table -->`;
  });
  const homeless = Object.keys(tables).filter((name) => !placed.has(name));
  if (homeless.length === 0) return replaced;
  throw new Error(`Cannot write table ${homeless.join(", ")}: the guide has no place for it`);
}

const PLACE = /^<!-- table: ([\w-]+) -->$[^]*?^<!-- \/table -->$/gm;

/** A bar would end the cell, in code as well. */
function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function formatRow(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, i) => cell + " ".repeat(widths[i] - widthOf(cell)));
  return `| ${padded.join(" | ")} |`;
}

function widthOf(text: string): number {
  return [...text].length;
}
