import { type Conflict, type ConflictRule, findFirst } from "./conflict.ts";
import type { Parameter } from "./parameters.ts";

/** What a job does when its keys are more than memory holds. */
export interface ApproxOptions {
  /**
   * `exact` counts all keys, on disk if need be; `approx` the most frequent ones, in `memory`, and
   * says by how much counts may be too low. @default {"exact"}
   */
  mode: "exact" | "approx";
  /** Bytes for the keys and counts of a job with `mode=approx`. @default {67108864} */
  memory: number;
}

/** Every option of approximate counts, its default and its bounds: once. */
export const APPROX_PARAMETERS = {
  mode: {
    kind: "choice",
    values: ["exact", "approx"],
    default: "exact",
    about: "`approx` counts the most frequent keys within `memory`, and bounds the error",
  },
  memory: {
    kind: "size",
    least: 4 * 2 ** 20,
    most: 4 * 2 ** 30,
    default: 64 * 2 ** 20,
    about: "Memory for keys and counts, with `mode=approx`",
  },
} as const satisfies Record<keyof ApproxOptions, Parameter>;

interface Options extends ApproxOptions {
  n: number;
  stop: readonly string[];
  stopWords: readonly string[];
  value: string;
  partition: string;
  group: string;
}

/** An option that keeps a count from being approximate, or is of no use unless it is. */
export function findApproxConflict(options: Options): Conflict | undefined {
  return options.mode === "approx" ? findFirst(RULES, options) : findWithoutMode(options);
}

function findWithoutMode({ memory: value }: Options): Conflict | undefined {
  return value === APPROX_PARAMETERS.memory.default ? undefined : {
    parameter: "memory",
    value,
    other: "mode",
    reason: "an exact count takes what memory there is; only mode=approx has a bound",
    allowed: "mode=approx",
  };
}

const RULES: readonly ConflictRule<[Options]>[] = [
  ({ mode, value }) =>
    value !== "" && {
      parameter: "mode",
      value: mode,
      other: "value",
      reason: "what is told of the values of a key is exact or wrong; only counts have a bound",
      allowed: "exact",
    },
  ({ mode, n, stop, stopWords }) =>
    n > 1 && stop.length + stopWords.length > 0 && {
      parameter: "mode",
      value: mode,
      other: "n",
      reason: "which n-grams have stop words is known once all are counted",
      allowed: "exact, or n=1, or no stop words",
    },
  ({ mode, group }) =>
    group !== "" && {
      parameter: "mode",
      value: mode,
      other: "group",
      reason: "each form has a count that may be too low, and forms that left are unknown",
      allowed: "exact",
    },
  ({ mode, partition }) =>
    partition === "range" && {
      parameter: "mode",
      value: mode,
      other: "partition",
      reason: "parts of a result have sums of their own, and those of keys that left are unknown",
      allowed: "exact",
    },
];
