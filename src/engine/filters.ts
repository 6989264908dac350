import { encodePackedTexts } from "../input/packed_keys.ts";
import type { KeyKernel } from "../kernels/key_kernel.ts";
import type { CountOptions } from "../contract/options.ts";
import type { EncodedFilters } from "../shared/job_terms.ts";
import { stopLists } from "../stop_words/stop_lists.ts";
import { checkStopWords, gatherStopWords } from "./gather_stop_words.ts";
import { hasFilters, NO_FILTERS } from "./no_filters.ts";

/** The filters of a job, for kernels and for looks at running tables. */
export interface JobFilters extends EncodedFilters {
  /** The stop words, not folded yet. */
  readonly words: readonly string[];
}

const encoder = new TextEncoder();

/** Filters by their options, which many requests share: for texts, and for inputs of words. */
const encoded = [new WeakMap(), new WeakMap()] as WeakMap<CountOptions, JobFilters>[];

/**
 * Brings prefix and stop words to the form in which they are compared.
 *
 * @param ofWords Whether the input is words, each a token as it is: then any word may be a key.
 * @returns A promise where lists of stop words have to be loaded.
 * @throws {JobError} `invalid_parameter` if a stop word, or most of a list, can never be a key.
 */
export function encodeFilters(
  options: CountOptions,
  ofWords: boolean,
  kernel: () => KeyKernel,
): JobFilters | Promise<JobFilters> {
  if (!hasFilters(options)) return NO_FILTERS;
  const { prefix, stop } = options;
  const known = encoded[ofWords ? 1 : 0].get(options);
  if (known) return known;
  const lists = stop.length === 0 ? {} : stopLists();
  const encode = (lists: Readonly<Record<string, readonly string[]>>) => {
    if (!ofWords) checkStopWords(options, lists, kernel);
    const toForm = (word: string) => toKey(word, { ...options, case: "fold" }, kernel);
    const words = gatherStopWords(options, lists, toForm);
    const forms = [...new Set(words.map(toForm))];
    const filters = {
      prefix: prefix === "" ? NO_FILTERS.prefix : encoder.encode(toKey(prefix, options, kernel)),
      stopWords: encodePackedTexts(forms),
      words,
    };
    encoded[ofWords ? 1 : 0].set(options, filters);
    return filters;
  };
  return lists instanceof Promise ? lists.then(encode) : encode(lists);
}

/** A text as the kernel makes final keys of tokens: NFC, then folding, then NFC again. */
export function toKey(
  text: string,
  { case: folding, normalization }: Pick<CountOptions, "case" | "normalization">,
  kernel: () => KeyKernel,
): string {
  const normalize = (key: string) => normalization === "nfc" ? kernel().normalize(key) : key;
  const normalized = normalize(text);
  return folding === "fold" ? normalize(kernel().fold(normalized)) : normalized;
}
