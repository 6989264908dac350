import {
  KERNEL_OUTPUT_COMBINED,
  KERNEL_OUTPUT_FINISHED,
  KERNEL_OUTPUT_KEYS,
  KERNEL_OUTPUT_PAIRS,
  KERNEL_OUTPUT_REGISTERS,
  KERNEL_OUTPUT_VALUE_PAIRS,
  KERNEL_OUTPUT_VALUES,
  KERNEL_OUTPUT_WINDOWS,
} from "../../assembly/drain_layout.ts";
import { VALUE_DECIMAL, VALUE_F64, VALUE_I64, VALUE_NUMBER } from "../../assembly/layout.ts";
import {
  STATS_AVG,
  STATS_BOUND,
  STATS_COUNT,
  STATS_EXTREMES,
  STATS_MADE,
  STATS_MAX,
  STATS_MIN,
  STATS_SUM,
} from "../../assembly/number_layout.ts";
import type { Stats } from "../contract/stats.ts";

// What kernels hand out, by the words of their manifests, in the numbers that threads read.

const OUTPUTS = {
  keys: KERNEL_OUTPUT_KEYS,
  windows: KERNEL_OUTPUT_WINDOWS,
  values: KERNEL_OUTPUT_VALUES,
  pairs: KERNEL_OUTPUT_PAIRS,
} as const;

const VALUE_TYPES = { i64: VALUE_I64, f64: VALUE_F64 } as const;

const RANKS = {
  sum: STATS_SUM,
  min: STATS_MIN,
  max: STATS_MAX,
  avg: STATS_AVG,
  count: STATS_COUNT,
} as const;

/** What a kernel hands out, or what is made of it. */
export interface OutputTerms {
  output: keyof typeof OUTPUTS;
  op?: string;
  /** Which function of the module is called; `map` where it is left out. */
  entry?: "combine" | "finish";
}

/** One of KERNEL_OUTPUT_*. */
export function encodeOutput({ output, op, entry }: OutputTerms): number {
  if (op === "approxDistinct") return KERNEL_OUTPUT_REGISTERS;
  if (entry === "finish") return KERNEL_OUTPUT_FINISHED;
  if (entry === "combine") return KERNEL_OUTPUT_COMBINED;
  return op === "combine" ? KERNEL_OUTPUT_VALUE_PAIRS : OUTPUTS[output];
}

/** A type of values by VALUE_*; 0 for none. */
export function encodeValueType(
  type: keyof typeof VALUE_TYPES | `decimal(${number})` | undefined,
): number {
  if (type === undefined) return 0;
  if (type === "i64" || type === "f64") return VALUE_TYPES[type];
  return VALUE_DECIMAL + parseInt(type.slice("decimal(".length)); // its fraction digits
}

/**
 * The type of the values of which `stats` tells: only a sum that is shown can be too large.
 *
 * @param areMade Whether they come of segments. @default {false: they are numbers}
 */
export function encodeStats({ aggs }: Stats, areMade = false): number {
  const bound = aggs.includes("sum") ? STATS_BOUND : 0;
  const extremes = aggs.includes("min") || aggs.includes("max") ? STATS_EXTREMES : 0;
  return VALUE_NUMBER + RANKS[aggs[0]] + bound + extremes + (areMade ? STATS_MADE : 0);
}
