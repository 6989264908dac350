/** ISO 639-1 codes of the languages with stop words, and what the package calls each. */
const PACKAGE_NAMES: Record<string, string> = {
  af: "afr",
  ar: "ara",
  bg: "bul",
  bn: "ben",
  br: "bre",
  ca: "cat",
  cs: "ces",
  da: "dan",
  de: "deu",
  el: "ell",
  en: "eng",
  eo: "epo",
  es: "spa",
  et: "est",
  eu: "eus",
  fa: "fas",
  fi: "fin",
  fr: "fra",
  ga: "gle",
  gl: "glg",
  gu: "guj",
  ha: "hau",
  he: "heb",
  hi: "hin",
  hr: "hrv",
  hu: "hun",
  hy: "hye",
  id: "ind",
  it: "ita",
  ja: "jpn",
  ko: "kor",
  ku: "kur",
  la: "lat",
  lt: "lit",
  lv: "lav",
  mr: "mar",
  ms: "msa",
  my: "mya",
  nb: "nob",
  nl: "nld",
  pa: "panGu",
  pl: "pol",
  pt: "por",
  ro: "ron",
  ru: "rus",
  sk: "slk",
  sl: "slv",
  so: "som",
  st: "sot",
  sv: "swe",
  sw: "swa",
  th: "tha",
  tl: "tgl",
  tr: "tur",
  uk: "ukr",
  ur: "urd",
  vi: "vie",
  yo: "yor",
  zh: "zho",
  zu: "zul",
};

/** What the `stop` option may name. */
export const STOP_LANGUAGES: readonly string[] = Object.keys(PACKAGE_NAMES);

/** The options that name stop words. */
interface StopOptions {
  stop: readonly string[];
  stopWords: readonly string[];
}

/**
 * Options whose `stopWords` hold the words of their `stop` languages too.
 *
 * The lists are imported at the first use: loading them costs 20 ms that most servers never need.
 */
export async function loadStopWords<T extends StopOptions>(options: T): Promise<T> {
  if (options.stop.length === 0) return options;
  const lists = await import("stopword") as unknown as Record<string, readonly string[]>;
  const words = options.stop.flatMap((language) => lists[PACKAGE_NAMES[language]]);
  return { ...options, stopWords: [...new Set([...options.stopWords, ...words])] };
}
