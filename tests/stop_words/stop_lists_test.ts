import { assert, assertEquals } from "@std/assert";
import { makeList } from "../../src/stop_words/generate_lists.ts";
import { STOP_CODES, type StopLanguage } from "../../src/contract/stop_languages.ts";
import { describeStopList, sourcesOf, stopLists } from "../../src/stop_words/stop_lists.ts";
import { unicodeWords } from "../support/oracle/oracle_unicode.ts";

/** Lists whose words a dictionary has cut, of which runtimes have different ones. */
const CUT_BY_DICTIONARY: StopLanguage[] = ["ja", "my", "th", "zh"];

const lists = await stopLists();
const straight = (words: readonly string[]) => words.filter((word) => !word.includes("’"));

Deno.test("stopLists() has what generate_lists.ts makes of the packages", () => {
  for (const code of STOP_CODES) {
    if (CUT_BY_DICTIONARY.includes(code)) continue;
    assertEquals(straight(lists[code]), makeList(code), code);
  }
});

Deno.test("stopLists() has a list for every language, each word once and in lower case", () => {
  for (const code of STOP_CODES) {
    const words = lists[code];
    assert(words.length >= 30, `${code}: ${words.length} words`);
    assertEquals(new Set(words).size, words.length, code);
    assertEquals(words.filter((word) => word !== word.toLowerCase().normalize("NFC")), [], code);
    assert(sourcesOf(code).length > 0 && describeStopList(code).name !== "");
  }
});

Deno.test("stopLists() has no word that is no token, where no dictionary is needed", () => {
  for (const code of STOP_CODES) {
    if (CUT_BY_DICTIONARY.includes(code)) continue;
    const bad = lists[code].filter((word) => unicodeWords(word).join(" ") !== word);
    assertEquals(bad, [], code);
  }
});

Deno.test("stopLists() marks the lists of whose words most are no token", () => {
  for (const code of STOP_CODES) {
    const tokens = lists[code].filter((word) => unicodeWords(word).length === 1);
    const { needsIcu = false } = describeStopList(code);
    if (code === "zh") continue; // its single ideographs are tokens
    assertEquals(tokens.length * 2 < lists[code].length, needsIcu, code);
  }
});

const ENGLISH = `
  he she his hers him it its was does did no not will when so if here why i me my we us you they them
  who whom whose which what that this these those a an the and but or nor for of to in on at by with from
  am is are be been being have has had do can could shall should may might must would ought
  just now then than too very only own same such both each few more most other some any all
  don't isn't he's they'll won't can't i'm you've she'd let's aren't couldn't would've that's who's
`;

Deno.test("stopLists() has the function words of English, with either apostrophe", () => {
  const words = ENGLISH.trim().split(/\s+/);
  const both = [...words, ...words.map((word) => word.replaceAll("'", "’"))];
  assertEquals(both.filter((word) => !lists.en.includes(word)), []);
});

Deno.test("stopLists() has no words that mean something", () => {
  const rows: Partial<Record<StopLanguage, string>> = {
    en: "computer system time people world day new good way home page won don information test",
    de: "jahr jahre mensch menschen tag zeit mann gott ordnung recht uhr startseite",
    sv: "dag del tack nummer",
    da: "mand dag tag",
    es: "trabajo verdad país tiempo general",
    fi: "vuonna kausi luvulla the of",
    fr: "homme temps jour france",
  };
  for (const [code, words] of Object.entries(rows)) {
    const listed = words.split(" ").filter((word) => lists[code as StopLanguage].includes(word));
    assertEquals(listed, [], code);
  }
});

Deno.test("stopLists() has function words of other languages", () => {
  const rows: Partial<Record<StopLanguage, string>> = {
    de: "der die das und nicht ist ein eine wurde dass bereits mehr außer",
    fr: "le la les et c'est qu'il d'un n'est j'ai l’on",
    es: "el la los y no es un una por para con",
    it: "il la che non è c'è",
    el: "και δεν από αλλά είναι",
    ro: "și şi că",
    sk: "keď mňa buď",
    zh: "的 我们 他们",
    ru: "и не в на что",
  };
  for (const [code, words] of Object.entries(rows)) {
    const missing = words.split(" ").filter((word) => !lists[code as StopLanguage].includes(word));
    assertEquals(missing, [], code);
  }
});
