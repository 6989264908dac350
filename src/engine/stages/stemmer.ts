import type { StemLanguage } from "../../contract/expressions/stem_languages.ts";

/** What the forms of a word have in common, word by word of a key. */
export type ToStem = (key: string) => string;

/** No language has longer words; what is longer is a form by itself. */
const MOST_CHARS = 255;

/** Those that were asked for: each keeps memory of the module for good. */
const stemmers = new Map<StemLanguage, ToStem>();

/** The stemmer of a language, by Snowball, which is loaded when it is first asked for. */
export async function loadStemmer(language: StemLanguage): Promise<ToStem> {
  const { createStemmer } = await import("multilingual-stemmer");
  let stemmer = stemmers.get(language);
  if (stemmer === undefined) {
    const stem = createStemmer(language);
    const ofWord = (word: string) =>
      word.length > MOST_CHARS ? word : stem(word.normalize("NFC")) || word;
    stemmer = (key) => key.includes(" ") ? key.split(" ").map(ofWord).join(" ") : ofWord(key);
    stemmers.set(language, stemmer);
  }
  return stemmer;
}
