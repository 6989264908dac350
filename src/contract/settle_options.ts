import { completeCountOptions, type CountOptions } from "./options.ts";
import { countsWords, readQuestion } from "./record_question.ts";

/** Options without `case: "auto"` that settleOptions has made: for texts, and for words. */
const settled = [new WeakMap(), new WeakMap()] as WeakMap<CountOptions, CountOptions>[];

/**
 * Options with nothing left open.
 *
 * @param ofWords Whether the input is words that are tokens as they are.
 */
export function settleOptions(options: CountOptions, ofWords: boolean): CountOptions {
  if (options.case !== "auto") return options;
  const known = settled[ofWords ? 1 : 0].get(options);
  if (known) return known;
  const question = readQuestion(options);
  const areTokens = question ? countsWords(question) : !ofWords;
  const folding = areTokens && options.tokenizer !== "lines" ? "fold" : "preserve";
  const made = completeCountOptions({ ...options, case: folding });
  settled[ofWords ? 1 : 0].set(options, made);
  return made;
}
