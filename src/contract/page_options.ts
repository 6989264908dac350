import type { Parameter } from "./parameters.ts";

/** Which part of a kept result an answer shows. */
export interface PageOptions {
  /** The partition to show, from 1; 0 for all. @default {0} */
  part: number;
  /** Most keys in one answer, with a link to the next; 0 for all in one. @default {0} */
  limit: number;
  /** Where the page begins, as the answer before said. @default {"": the first} */
  cursor: string;
}

/** Of a result that is divided. */
export const MOST_PARTS = 256;

const U32_MAX = 2 ** 32 - 1;

/** Every option of pages, its default and its bounds: once. */
export const PAGE_PARAMETERS = {
  part: {
    kind: "integer",
    least: 0,
    most: MOST_PARTS,
    default: 0,
    about: "The partition to show, from 1, of a job with `partition=range`; `0` for all",
  },
  limit: {
    kind: "integer",
    least: 0,
    most: U32_MAX,
    default: 0,
    about: "Most keys in one answer; `0` for all in one",
  },
  cursor: {
    kind: "text",
    maxChars: 128,
    default: "",
    about: "Where the page begins, as `next` said",
  },
} as const satisfies Record<keyof PageOptions, Parameter>;
