import { JobError } from "../contract/problems.ts";
import type { KeyKernel } from "../kernels/key_kernel.ts";
import type { CountOptions } from "../contract/options.ts";
import { describeStopList, isStopLanguage } from "../stop_words/stop_lists.ts";

/** Words by language. */
type Lists = Readonly<Record<string, readonly string[]>>;

/** A word that is one token to every tokenizer. */
const PLAIN_WORD = /^[A-Za-z0-9]+$/;
/** Words of ASCII, as lists have them. */
const ASCII_WORD = /^[A-Za-z0-9']+$/;

/**
 * The stop words of a job: the words that it names, and its lists without the words that it keeps.
 *
 * @param toForm Brings a word to the form in which it is compared.
 */
export function gatherStopWords(
  { stop, stopWords, keep }: CountOptions,
  lists: Lists,
  toForm: (word: string) => string,
): string[] {
  const listed = stop.flatMap((language) => lists[language]);
  if (keep.length === 0) return [...stopWords, ...listed];
  const toKept = (word: string) => toForm(word).replaceAll("’", "'");
  const kept = new Set(keep.map(toKept));
  return [...stopWords, ...listed.filter((word) => !kept.has(toKept(word)))];
}

/**
 * Refuses stop words without effect: those that the tokenizer never gives as a token.
 *
 * @throws {JobError} `invalid_parameter`.
 */
export function checkStopWords(
  options: CountOptions,
  lists: Lists,
  kernel: () => KeyKernel,
): void {
  for (const language of options.stop) checkList(language, lists[language], options);
  if (options.stopWords.length === 0) return;
  const isToken = createTokenTest(options, kernel);
  for (const word of options.stopWords) {
    const tokens = word.split(" ");
    const isKey = isToken(word) || options.n === tokens.length && tokens.every(isToken);
    if (!isKey) throw noToken(word, options, waysOut(word, tokens.every(isToken)));
  }
}

function checkList(language: string, words: readonly string[], { tokenizer }: CountOptions): void {
  const { name, needsIcu = false } = isStopLanguage(language)
    ? describeStopList(language)
    : { name: language };
  if (needsIcu && (tokenizer === "unicode" || tokenizer === "ascii")) {
    throw noTokens(language, name, tokenizer, `tokenizer=icu&locale=${language}`);
  }
  if (tokenizer !== "ascii") return;
  const spelled = words.filter((word) => !word.includes("’")); // each is there with ' as well
  const reached = spelled.filter((word) => ASCII_WORD.test(word));
  if (reached.length * 2 >= spelled.length) return;
  throw noTokens(language, name, tokenizer, "tokenizer=unicode");
}

/** Says whether a text is one token as a whole. */
function createTokenTest(
  { tokenizer, locale }: CountOptions,
  kernel: () => KeyKernel,
): (text: string) => boolean {
  if (tokenizer === "icu") return createIcuTest(locale);
  if (tokenizer === "template" || tokenizer === "pattern") return () => false; // they have none
  return (text) => PLAIN_WORD.test(text) || kernel().isToken(text, tokenizer);
}

function createIcuTest(locale: string): (text: string) => boolean {
  const segmenter = new Intl.Segmenter(locale, { granularity: "word" });
  return (text) => {
    const [first, second] = segmenter.segment(text);
    return second === undefined && first?.isWordLike === true;
  };
}

/** Options that would take a word as it is. */
function waysOut(word: string, isTokens: boolean): string[] {
  const tokens = word.split(" ").length;
  const ways = isTokens && tokens > 1 && tokens <= 5 ? [`n=${tokens}`] : [];
  return createIcuTest("en")(word) ? [...ways, "tokenizer=icu"] : ways;
}

function noToken(word: string, { tokenizer, n }: CountOptions, ways: string[]): JobError {
  const value = word.slice(0, 80);
  const joined = n > 1 ? `, nor ${n} with a space between them` : "";
  const out = ways.length > 0 ? `; ${ways.join(" or ")} would take it` : "";
  return new JobError(
    "invalid_parameter",
    `Cannot use 'stopWords': '${value}' is not one token of tokenizer=${tokenizer}${joined}${out}`,
    { details: { parameter: "stopWords", value, other: "tokenizer", allowed: ways } },
  );
}

function noTokens(language: string, name: string, tokenizer: string, way: string): JobError {
  return new JobError(
    "invalid_parameter",
    `Cannot use 'stop': tokenizer=${tokenizer} does not find the words of ${name}; use ${way}`,
    { details: { parameter: "stop", value: language, other: "tokenizer", allowed: way } },
  );
}
