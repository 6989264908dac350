import { findNearest } from "../contract/nearest.ts";
import { shorten } from "../contract/parameters.ts";
import { JobError } from "../contract/problems.ts";

/** A column by its number, from 1, or by its name. */
export type Column = number | string;

/** Names that an error lists. */
const MOST_NAMES = 100;

/**
 * Where the columns stand that are asked for: all texts of a job must have them at the same place,
 * under the same name.
 */
export class ColumnPlaces {
  readonly #asked: readonly Column[];
  #places: ReadonlyMap<Column, number> | undefined;
  /** The header of the first text. */
  #names: readonly string[] = [];

  constructor(asked: Iterable<Column>) {
    this.#asked = [...new Set(asked)];
  }

  /** The number of a column, from 1, once a header was read. */
  placeOf(column: Column): number {
    return typeof column === "number" ? column : this.#places!.get(column)!;
  }

  /**
   * Finds the columns in the header of a text.
   *
   * @throws {JobError} `unknown_column`, `repeated_column` or `columns_differ`.
   */
  settle(names: readonly string[]): void {
    const places = new Map(this.#asked.map((column) => [column, find(column, names)]));
    if (!this.#places) {
      this.#places = places;
      this.#names = names;
      return;
    }
    for (const [column, place] of places) this.#compare(column, place, names);
  }

  #compare(column: Column, place: number, names: readonly string[]): void {
    const first = this.#places!.get(column)!;
    const [name, firstName] = [names[place - 1], this.#names[first - 1]];
    if (place === first && name === firstName) return;
    const here = typeof column === "string"
      ? `'${shorten(column)}' is column ${first} of the first one and ${place} of another`
      : `column ${column} is '${shorten(firstName)}' in the first one and '${shorten(name)}' in ` +
        "another";
    throw new JobError("columns_differ", `Cannot count texts of unlike columns: ${here}`, {
      details: {
        column,
        first: { place: first, name: firstName },
        found: { place, name },
      },
    });
  }
}

function find(column: Column, names: readonly string[]): number {
  if (typeof column === "number") {
    if (column <= names.length) return column;
    throw unknownColumn(column, `column ${column}`, names);
  }
  const place = names.indexOf(column) + 1;
  const last = names.lastIndexOf(column) + 1;
  if (place === 0) throw unknownColumn(column, `column '${shorten(column)}'`, names);
  if (place === last) return place;
  const places = names.flatMap((name, i) => name === column ? [i + 1] : []);
  throw new JobError(
    "repeated_column",
    `Cannot choose between ${places.length} columns '${shorten(column)}': they are columns ` +
      `${places.slice(0, MOST_NAMES).join(", ")}; say one by its number`,
    { details: { column, places: places.slice(0, MOST_NAMES) } },
  );
}

function unknownColumn(column: Column, what: string, names: readonly string[]) {
  const nearest = typeof column === "string" ? findNearest(column, names) : undefined;
  const columns = names.slice(0, MOST_NAMES).map(shorten);
  const advice = nearest === undefined
    ? `it has ${names.length}: ${columns.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`
    : `the nearest is '${shorten(nearest)}'`;
  const message = `Cannot find ${what} in the header; ${advice}`;
  return new JobError("unknown_column", message, {
    details: { column, nearest, columns },
  });
}
