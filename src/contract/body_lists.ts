import type { CountOptions } from "./options.ts";

/** Lists that a body may bring beside its texts, since an address has no room for long ones. */
export const BODY_LISTS = ["patterns", "stopWords", "keep", "borders"] as const;

/** One of BODY_LISTS. */
export type BodyList = typeof BODY_LISTS[number];

/** What a body brings of them. */
export type OptionLists = Partial<Pick<CountOptions, BodyList>>;

/** Most bytes of a list that comes with a body. */
export const MOST_LIST_BYTES = 2 ** 20;

/** Whether a member or a field of a body is a list of an option. */
export function isBodyList(name: string): name is BodyList {
  return (BODY_LISTS as readonly string[]).includes(name);
}

/** Characters of the lists among some options; those of older releases do not have all lists. */
export function charsOfLists(options: OptionLists): number {
  const items = BODY_LISTS.flatMap((name) => options[name] ?? []);
  return items.reduce((sum, item) => sum + item.length, 0);
}
