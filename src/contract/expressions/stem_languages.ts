/** The languages whose forms have stems, by their ISO 639-1 codes: those of Snowball 3.1. */
export const STEM_LANGUAGES = {
  ar: "Arabic",
  ca: "Catalan",
  cs: "Czech",
  da: "Danish",
  de: "German",
  el: "Greek",
  en: "English",
  eo: "Esperanto",
  es: "Spanish",
  et: "Estonian",
  eu: "Basque",
  fa: "Persian",
  fi: "Finnish",
  fr: "French",
  ga: "Irish",
  hi: "Hindi",
  hu: "Hungarian",
  hy: "Armenian",
  id: "Indonesian",
  it: "Italian",
  lt: "Lithuanian",
  ne: "Nepali",
  nl: "Dutch",
  no: "Norwegian",
  pl: "Polish",
  pt: "Portuguese",
  ro: "Romanian",
  ru: "Russian",
  sr: "Serbian",
  st: "Sesotho",
  sv: "Swedish",
  ta: "Tamil",
  tr: "Turkish",
  yi: "Yiddish",
} as const;

/** The code of a language with stems. */
export type StemLanguage = keyof typeof STEM_LANGUAGES;

/** The codes of all languages with stems. */
export const STEM_CODES: readonly StemLanguage[] = Object.keys(STEM_LANGUAGES) as StemLanguage[];
