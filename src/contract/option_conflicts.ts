import { type ApproxOptions, findApproxConflict } from "./approx_options.ts";
import { type Conflict, type ConflictRule, findFirst } from "./conflict.ts";
import { findGroupConflict, type GroupOptions } from "./group_options.ts";
import { findKernelConflict } from "./kernel_conflicts.ts";
import { shorten } from "./parameters.ts";
import { findRecordConflict } from "./record_conflicts.ts";
import { findPatternConflict, type PatternOptions } from "./pattern_options.ts";
import type { RecordOptions } from "./record_options.ts";
import { DEFAULT_LOCALE } from "./token_options.ts";

/** The options that may contradict each other, or have no effect without another. */
interface Options extends RecordOptions, PatternOptions, GroupOptions, ApproxOptions {
  tokenizer: string;
  case: string;
  normalization: string;
  n: number;
  lineBound: boolean;
  locale: string;
  keepCR: boolean;
  min: number;
  max: number;
  minLength: number;
  maxLength: number;
  stop: readonly string[];
  stopWords: readonly string[];
  stopMode: string;
  keep: readonly string[];
  partition: string;
  borders: readonly string[];
}

type Rule = ConflictRule<[Options]>;

/** Options that are the least and the most of one thing. */
const BOUNDS = [["minLength", "maxLength"], ["min", "max"]] as const;

const RULES: readonly Rule[] = [
  ...BOUNDS.map(([parameter, other]): Rule => ({ [parameter]: value, [other]: most }) =>
    most > 0 && value > most && {
      parameter,
      value,
      other,
      reason: `${value} is more than '${other}' ${most}`,
      allowed: { most },
    }
  ),
  ({ locale: value, tokenizer }) =>
    value !== DEFAULT_LOCALE && tokenizer !== "icu" && {
      parameter: "locale",
      value,
      other: "tokenizer",
      reason: `tokenizer=${tokenizer} does not read it; only tokenizer=icu does`,
      allowed: "tokenizer=icu",
    },
  ({ keepCR: value, tokenizer }) =>
    value && tokenizer !== "lines" && {
      parameter: "keepCR",
      value,
      other: "tokenizer",
      reason: `tokenizer=${tokenizer} has no lines; only tokenizer=lines does`,
      allowed: "tokenizer=lines",
    },
  ({ stopMode: value, stop, stopWords }) =>
    value !== "any" && stop.length + stopWords.length === 0 && {
      parameter: "stopMode",
      value,
      other: "stop",
      reason: "there are no stop words; 'stop' and 'stopWords' name them",
      allowed: "any",
      lacks: "stopWords",
    },
  ({ keep: value, stop }) =>
    value.length > 0 && stop.length === 0 && {
      parameter: "keep",
      value,
      other: "stop",
      reason: "it takes words out of the lists that 'stop' names, and there are none",
      allowed: [],
    },
  ({ borders: value, partition }) =>
    value.length > 0 && partition !== "range" && {
      parameter: "borders",
      value,
      other: "partition",
      reason: `partition=${partition} does not read it; only partition=range does`,
      allowed: "partition=range",
    },
  ({ partition: value, borders }) =>
    value === "range" && borders.length === 0 && {
      parameter: "partition",
      value,
      other: "borders",
      reason: "it has no borders; 'borders' names them",
      allowed: "borders=KEY,…",
      lacks: "borders",
    },
  ({ borders }) => {
    const at = borders.findIndex((border, i) => i > 0 && !standsBehind(border, borders[i - 1]));
    if (at < 0) return undefined;
    const [before, border] = [borders[at - 1], borders[at]];
    const wrong = before === border ? "are one key" : "are not in order";
    return {
      parameter: "borders",
      value: [before, border],
      other: "borders",
      reason: `its items ${at} and ${at + 1}, '${shorten(before)}' and '${shorten(border)}', ` +
        `${wrong}; they must stand in the order of their bytes`,
      allowed: "different keys in the order of their bytes",
    };
  },
];

/** Whether one text stands behind another in the order of keys: by code point, which is bytewise. */
function standsBehind(text: string, other: string): boolean {
  const [points, others] = [[...text], [...other]];
  const at = points.findIndex((point, i) => point !== others[i]);
  if (at < 0) return false; // it is the other one, or the beginning of it
  return at === others.length || points[at].codePointAt(0)! > others[at].codePointAt(0)!;
}

/**
 * The first option that another one keeps from having an effect. A value that is the default is
 * never one, so that a client may always send all of them.
 *
 * @param kernel The kernel that makes the keys. @default {the built-in one}
 */
export function findConflict(options: Options, kernel?: string): Conflict | undefined {
  return (kernel === undefined ? undefined : findKernelConflict(options, kernel)) ??
    findFirst(RULES, options) ??
    findRecordConflict(options) ??
    findPatternConflict(options) ??
    findGroupConflict(options) ??
    findApproxConflict(options);
}
