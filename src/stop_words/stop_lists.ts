import {
  STOP_CODES,
  STOP_LANGUAGES,
  type StopLanguage,
  type StopList,
} from "../contract/stop_languages.ts";

type Lists = Readonly<Record<StopLanguage, readonly string[]>>;

let lists: Lists | undefined;
let loading: Promise<Lists> | undefined;

/**
 * The stop words of every language, sorted, in lower case: a promise until they are here.
 *
 * They are imported at the first use, since most servers never need them.
 */
export function stopLists(): Lists | Promise<Lists> {
  return lists ?? (loading ??= readLists());
}

async function readLists(): Promise<Lists> {
  const { default: texts } = await import("./lists.json", { with: { type: "json" } });
  return lists = Object.fromEntries(
    STOP_CODES.map((code) => [code, withBothApostrophes(texts[code].split(" "))]),
  ) as Lists;
}

/** Texts are written with `'` or with `’`, and tokens keep what stands there. */
function withBothApostrophes(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => word.includes("'") ? [word, word.replaceAll("'", "’")] : word);
}

/** Whether there is a list for a language, by its code in ISO 639-3. */
export function isStopLanguage(code: string): code is StopLanguage {
  return Object.hasOwn(STOP_LANGUAGES, code);
}

/** Where a language's list comes from, with licences. */
export function sourcesOf(code: StopLanguage): string[] {
  const { nltk, nltkAlone }: StopList = STOP_LANGUAGES[code];
  return [
    ...(nltk === undefined ? [] : ["NLTK and Snowball (Apache-2.0, BSD-3-Clause)"]),
    ...(nltkAlone ? [] : ["stopword (MIT)"]),
    ...(code === "zh" ? ["Orama (Apache-2.0)"] : []),
    "Millrace's corrections (MIT)",
  ];
}

/** What is known of a language's list. */
export function describeStopList(code: StopLanguage): StopList {
  return STOP_LANGUAGES[code];
}
