import type { BodyList } from "../contract/body_lists.ts";
import type { Lists } from "./form_text.ts";
import type { BroughtLists } from "./input.ts";
import { formatQuery, type Query } from "./requests.ts";

/** Lists that a body may bring. */
const MOVABLE: Readonly<Record<BodyList, true>> = {
  patterns: true,
  stopWords: true,
  keep: true,
  borders: true,
};

/** Proxies and servers take addresses of so many characters. */
const MOST_QUERY_CHARS = 8_000;

/** A query as it is sent, and lists that go with the body in its place. */
export function bringLists(
  query: Query,
  id: string,
): { query: Query; brought?: BroughtLists } {
  const { lists, ...rest } = splitLists(query);
  return lists === undefined ? rest : { ...rest, brought: { lists, boundary: `millrace-${id}` } };
}

/** A query, and what of it an address has no room for. */
export interface SplitQuery<Asked extends Query> {
  query: Asked;
  /** Lists that go with the body. @default {the address has room for all} */
  lists?: Lists;
}

/**
 * Takes the lists out of a query that is too long for an address. An item with a line feed stays: it
 * would be two of a form, which has a line for each.
 */
export function splitLists<Asked extends Query>(query: Asked): SplitQuery<Asked> {
  if (formatQuery(query).length <= MOST_QUERY_CHARS) return { query };
  const [long, rest]: [string, unknown][][] = [[], []];
  for (const [name, value] of Object.entries(query)) {
    (isMovable(name, value) ? long : rest).push([name, value]);
  }
  if (long.length === 0) return { query };
  return { query: Object.fromEntries(rest) as Asked, lists: Object.fromEntries(long) as Lists };
}

function isMovable(name: string, value: unknown): boolean {
  return Object.hasOwn(MOVABLE, name) && Array.isArray(value) && value.length > 0 &&
    value.every((item) => typeof item === "string" && !item.includes("\n"));
}
