import { WHITESPACE } from "./oracle.ts";
import { isPictographic, isWordLike, WORD_BREAKS, wordBreakOf } from "./oracle_properties.ts";
import type { Random } from "../random.ts";

/** A kind of text: at most `size` code points drawn with `random`. */
export type TextGenerator = (random: Random, size: number) => string;

/** Code points of each break class, split further by what else matters to words. */
const byClass: number[][] = (() => {
  const groups = new Map<string, number[]>(WORD_BREAKS.map((name) => [name, []]));
  for (let codePoint = 0; codePoint < 0x110000; codePoint++) {
    if (codePoint >= 0xd800 && codePoint < 0xe000) continue; // surrogates are not text
    const kind = wordBreakOf(codePoint) + (isPictographic(codePoint) ? " pictographic" : "") +
      (isWordLike(codePoint) ? " word" : "") + (codePoint < 0x80 ? " ascii" : "");
    const group = groups.get(kind);
    if (group) group.push(codePoint);
    else groups.set(kind, [codePoint]);
  }
  return [...groups.values()].filter((group) => group.length > 0);
})();

/** Code points that break texts in interesting places, by how often they stand in real ones. */
const COMMON = [
  ..."aabbcdeTHz019  ..,,:;''\"\"__--\t\n\r\r\n/()é’’“”—…אבвцיアのﾞ中國\u0301\u200d\u00ad\u{1f1e6}\u{1f468}❤\ufe0f",
];

const SPACES = WHITESPACE.map((c) => String.fromCodePoint(c));
/** Neighbours of whitespace in code or in meaning, which split nothing. */
const NEAR_SPACES = [
  ..."\x00\x08\x0e\x1b\x7f\x84\x86\x9f\xa1\u167f\u1681\u180e\u200b\u200c\u2027\u202a",
]
  .concat([..."\u202e\u2030\u2060\u205e\u2fff\u3001\ufeff\u0120\u2020\u{10020}\u{2000a}"]);

function repeat(random: Random, size: number, next: () => string): string {
  let text = "";
  for (let left = random.below(size + 1); left > 0; left--) text += next();
  return text;
}

/** Code points with every break class equally likely. */
export const breakSoup: TextGenerator = (random, size) =>
  repeat(random, size, () => String.fromCodePoint(random.pick(random.pick(byClass))));

/** Code points of real text in unreal order; long runs of ASCII among them. */
export const commonSoup: TextGenerator = (random, size) =>
  repeat(random, size, () => random.pick(COMMON));

/** ASCII alone, with much of what can and cannot join words. */
export const asciiSoup: TextGenerator = (random, size) =>
  repeat(random, size, () => random.pick("abcXYZ0189''..,:;__ -\n\t\r\"@/[`{^\x00\x1c\x1f\x7f"));

/** Whitespace of every width, its neighbours, and letters. */
export const spaceSoup: TextGenerator = (random, size) =>
  repeat(random, size, () => {
    const kind = random.below(8);
    if (kind === 0) return random.pick(NEAR_SPACES);
    return kind < 4 ? random.pick(SPACES) : random.pick([..."aBcé中\u{1f600}"]);
  });

/** Lines of every ending, many of them empty. */
export const lineSoup: TextGenerator = (random, size) =>
  repeat(
    random,
    size,
    () => random.pick(["\n", "\n", "\r\n", "\r", "a", "b\x00", "\x00", "é", " "]),
  );

/** Any code point but the surrogates, all equally likely within each UTF-8 length. */
export const anySoup: TextGenerator = (random, size) =>
  repeat(random, size, () => {
    const [least, most] = random.pick([[0, 0x7f], [0x80, 0x7ff], [0x800, 0xffff], [
      0x10000,
      0x10ffff,
    ]]);
    const codePoint = random.between(least, most);
    return String.fromCodePoint(codePoint >= 0xd800 && codePoint < 0xe000 ? 0xfffd : codePoint);
  });

/** Words with gaps as in prose; lengths reach past every tier of the counting table. */
export const prose: TextGenerator = (random, size) => {
  let text = "";
  while (text.length < size) {
    const length = random.oneIn(20) ? random.between(1, 70) : random.between(1, 9);
    for (let i = 0; i < length; i++) text += random.pick("etaoinshrdluETAé");
    text += random.pick([" ", " ", " ", ", ", ". ", "\n", "'", "’s ", "-", "—", " “", "” "]);
  }
  return [...text.slice(0, size)].join("").toWellFormed();
};

/** Log lines, as a server writes them. */
export const logLines: TextGenerator = (random, size) => {
  let text = "";
  while (text.length < size) {
    const ip = `10.${random.below(4)}.${random.below(9)}.${random.below(256)}`;
    const time = `2026-0${random.between(1, 9)}-1${random.below(10)}T0${random.below(10)}:12:43.${
      random.below(999)
    }Z`;
    const path = random.pick(["/", "/v1/count?top=3", "/static/app.js", "/a_b/c-d.html"]);
    text += `${time} ${random.pick(["INFO", "WARN", "ERROR"])} [${ip}] "GET ${path} HTTP/1.1" ` +
      `${random.pick([200, 304, 404])} ${random.below(90000)} user_id=${random.below(99)}\r\n`;
  }
  return text.slice(0, size);
};

/** Rows of a CSV table with quoted fields. */
export const csvRows: TextGenerator = (random, size) => {
  let text = "";
  while (text.length < size) {
    text += `${random.below(9999)},"Smith, ${random.pick(["J.", "Zoë", "O'Neil"])}",` +
      `${random.below(1000)}.${random.below(100)},,${random.pick(["yes", "no", '""'])}\n`;
  }
  return text.slice(0, size);
};

/** Every generator by its name. */
export const GENERATORS: Record<string, TextGenerator> = {
  breakSoup,
  commonSoup,
  asciiSoup,
  spaceSoup,
  lineSoup,
  anySoup,
  prose,
  logLines,
  csvRows,
};

/** Byte sequences at the edges of what UTF-8 allows. */
const FRAGMENTS = [
  ...[
    "41",
    "20",
    "0a",
    "7f",
    "00",
    "80",
    "bf",
    "c0",
    "c1",
    "c2",
    "df",
    "e0",
    "ed",
    "ef",
    "f0",
    "f4",
    "f5",
  ],
  ...[
    "ff",
    "fe",
    "c280",
    "dfbf",
    "c1bf",
    "c2c2",
    "e0a0",
    "e0a080",
    "e09f80",
    "e0bfbf",
    "ed9fbf",
    "eda080",
  ],
  ...[
    "edbfbf",
    "ee8080",
    "efbfbd",
    "efbbbf",
    "e282",
    "e282ac",
    "f09080",
    "f0908080",
    "f08f8080",
    "f48fbfbf",
  ],
  ...[
    "f4908080",
    "f0",
    "f1bf",
    "f1bfbf",
    "f3bfbfbf",
    "f5808080",
    "e08080",
    "c080",
    "8080",
    "f09f9880",
  ],
].map((hex) => Uint8Array.fromHex(hex));

/** Bytes that are almost UTF-8: valid text, whole and cut sequences, random bytes. */
export function brokenUtf8(random: Random, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const clean = random.pick([1, 2, 8, 40]); // how rare errors are
  let used = 0;
  while (used < size) {
    const part = random.oneIn(clean)
      ? random.oneIn(6) ? Uint8Array.of(random.below(256)) : random.pick(FRAGMENTS)
      : new TextEncoder().encode(anySoup(random, random.pick([4, 80])));
    bytes.set(part.subarray(0, size - used), used);
    used += part.length;
  }
  return bytes;
}
