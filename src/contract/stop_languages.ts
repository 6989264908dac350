/** What is known of a list of stop words. */
export interface StopList {
  /** The language's name, in English. */
  name: string;
  /** ISO 639-3 code. */
  iso3: string;
  /** What NLTK calls its list, which is that of the Snowball project but for Turkish. */
  nltk?: string;
  /** Whether NLTK's list is taken alone: the other one holds words of another language. */
  nltkAlone?: boolean;
  /** Whether only a dictionary tells the words of the language apart, so that `unicode` cannot. */
  needsIcu?: boolean;
}

/** The languages with stop words, by their ISO 639-1 codes. */
export const STOP_LANGUAGES = {
  af: { name: "Afrikaans", iso3: "afr" },
  ar: { name: "Arabic", iso3: "ara" },
  bg: { name: "Bulgarian", iso3: "bul" },
  bn: { name: "Bengali", iso3: "ben" },
  br: { name: "Breton", iso3: "bre" },
  ca: { name: "Catalan", iso3: "cat" },
  cs: { name: "Czech", iso3: "ces" },
  da: { name: "Danish", iso3: "dan", nltk: "danish" },
  de: { name: "German", iso3: "deu", nltk: "german" },
  el: { name: "Greek", iso3: "ell" },
  en: { name: "English", iso3: "eng", nltk: "english" },
  eo: { name: "Esperanto", iso3: "epo" },
  es: { name: "Spanish", iso3: "spa", nltk: "spanish" },
  et: { name: "Estonian", iso3: "est" },
  eu: { name: "Basque", iso3: "eus" },
  fa: { name: "Persian", iso3: "fas" },
  fi: { name: "Finnish", iso3: "fin", nltk: "finnish", nltkAlone: true },
  fr: { name: "French", iso3: "fra", nltk: "french" },
  ga: { name: "Irish", iso3: "gle" },
  gl: { name: "Galician", iso3: "glg" },
  gu: { name: "Gujarati", iso3: "guj" },
  ha: { name: "Hausa", iso3: "hau" },
  he: { name: "Hebrew", iso3: "heb" },
  hi: { name: "Hindi", iso3: "hin" },
  hr: { name: "Croatian", iso3: "hrv" },
  hu: { name: "Hungarian", iso3: "hun", nltk: "hungarian" },
  hy: { name: "Armenian", iso3: "hye" },
  id: { name: "Indonesian", iso3: "ind" },
  it: { name: "Italian", iso3: "ita", nltk: "italian" },
  ja: { name: "Japanese", iso3: "jpn", needsIcu: true },
  ko: { name: "Korean", iso3: "kor" },
  ku: { name: "Kurdish", iso3: "kur" },
  la: { name: "Latin", iso3: "lat" },
  lt: { name: "Lithuanian", iso3: "lit" },
  lv: { name: "Latvian", iso3: "lav" },
  mr: { name: "Marathi", iso3: "mar" },
  ms: { name: "Malay", iso3: "msa" },
  my: { name: "Burmese", iso3: "mya", needsIcu: true },
  nb: { name: "Norwegian Bokmål", iso3: "nob", nltk: "norwegian" },
  nl: { name: "Dutch", iso3: "nld", nltk: "dutch" },
  pa: { name: "Punjabi", iso3: "pan" },
  pl: { name: "Polish", iso3: "pol" },
  pt: { name: "Portuguese", iso3: "por", nltk: "portuguese" },
  ro: { name: "Romanian", iso3: "ron" },
  ru: { name: "Russian", iso3: "rus", nltk: "russian" },
  sk: { name: "Slovak", iso3: "slk" },
  sl: { name: "Slovenian", iso3: "slv" },
  so: { name: "Somali", iso3: "som" },
  st: { name: "Sotho", iso3: "sot" },
  sv: { name: "Swedish", iso3: "swe", nltk: "swedish" },
  sw: { name: "Swahili", iso3: "swa" },
  th: { name: "Thai", iso3: "tha", needsIcu: true },
  tl: { name: "Tagalog", iso3: "tgl" },
  tr: { name: "Turkish", iso3: "tur", nltk: "turkish" },
  uk: { name: "Ukrainian", iso3: "ukr" },
  ur: { name: "Urdu", iso3: "urd" },
  vi: { name: "Vietnamese", iso3: "vie" },
  yo: { name: "Yoruba", iso3: "yor" },
  zh: { name: "Chinese", iso3: "zho" },
  zu: { name: "Zulu", iso3: "zul" },
} as const satisfies Record<string, StopList>;

/** The code of a language that has a list. */
export type StopLanguage = keyof typeof STOP_LANGUAGES;

/** What the `stop` option may name. */
export const STOP_CODES = Object.keys(STOP_LANGUAGES) as StopLanguage[];
