import { assert, assertEquals } from "@std/assert";
import { breakSoup, commonSoup, GENERATORS } from "../support/oracle/generate_text.ts";
import { tokenize } from "../support/oracle/oracle.ts";
import { BUILDS, compileProbe, type Probe, PROBE_FREE } from "../support/probe.ts";
import { freshSeed, Random } from "../support/random.ts";
import { compileScanners, scanText } from "../support/scan.ts";
import { testScanner } from "../support/scanner_suite.ts";
import { costsLess, ownMs } from "../support/cost.ts";
import { assertSame } from "../support/assert_same.ts";

testScanner(
  "Unicode",
  "unicode",
  (random, size) => (random.oneIn(2) ? breakSoup : commonSoup)(random, size),
);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Texts with the words they hold, at every alignment; `|` stands between words. */
const ROWS: { name: string; text: string; words: string }[] = [
  { name: "nothing", text: "", words: "" },
  { name: "no words", text: " -- ... \r\n\t“” — ❤ 🇨🇭 _ __", words: "" },
  { name: "low lines only in words", text: "_a_ __ x__ _ _1", words: "_a_|x__|_1" },
  {
    name: "marks in words",
    text: "don't a.b.c x:y 1,000.5 1:2 'a' a..b",
    words: "don't|a.b.c|x:y|1,000.5|1|2|a|a|b",
  },
  { name: "curly quotes", text: "“don’t” ‘a’ b’c’d ’’ x’1", words: "don’t|a|b’c’d|x|1" },
  { name: "accents", text: "é'é É×÷Ÿ naïve — señor’s", words: "é'é|É|Ÿ|naïve|señor’s" },
  {
    name: "Cyrillic, Greek",
    text: "Война и мир·мир; ΆΈΉ ΌΎ Ά·α ϶",
    words: "Война|и|мир·мир|ΆΈΉ|ΌΎ|Ά·α",
  },
  {
    name: "ideographs",
    text: "天地玄黃，宇宙洪荒。a天1",
    words: [..."天地玄黃宇宙洪荒a天1"].join("|"),
  },
  { name: "hexagrams among ideographs", text: "䷀丟䷿一䶿", words: "丟|一|䶿" },
  { name: "kana", text: "カタカナとひらがな・ア_ａ", words: "カタカナ|と|ひ|ら|が|な|ア_ａ" },
  { name: "hangul", text: "한국어 문장입니다.", words: "한국어|문장입니다" },
  { name: "Hebrew quotes", text: "צה\"ל ג' א'1 ב\"", words: "צה\"ל|ג'|א'|1|ב" },
  {
    name: "marks that are ignored",
    text: "e\u0301a\u00adb \u0301 a\u0301.\u0301b",
    words: "e\u0301a\u00adb|a\u0301.\u0301b",
  },
  {
    name: "vowel signs alone",
    text: " \u0903x \n\u0903 .\u0903",
    words: " \u0903|x|\u0903|.\u0903",
  },
  {
    name: "joiners",
    text: "क\u094d\u200dष 👩\u200d❤ a\u200d❤b Ⓜ\u200dⓂ 中\u200dⓂ",
    words: "क\u094d\u200dष|a\u200d❤|b|Ⓜ\u200dⓂ|中\u200dⓂ",
  },
  { name: "squared kana are no words", text: "㌀ ㌀カ ㌀a ㌀_", words: "㌀カ|a" },
  { name: "number signs are no words", text: "\u0600 \u06001 \u0600_", words: "\u06001" },
  { name: "fractions and powers", text: "½m² 3½", words: "½|m|²|3|½" },
  { name: "NUL", text: "a\0b\0\u0903", words: "a|b|\0\u0903" },
];

for (const build of BUILDS) {
  const compiling = compileScanners(build);
  for (const { name, text, words } of ROWS) {
    Deno.test(`scanUnicode() finds the words of ${name} (${build})`, async () => {
      const probe = await compiling;
      const expected = words === "" ? [] : words.split("|");
      assertEquals(tokenize(text, "unicode"), expected, "the row itself");
      for (let pad = 0; pad <= 64; pad++) {
        // Padding that cannot join, of one byte and of others; the same words twice.
        for (const padding of [" ".repeat(pad), "—".repeat(pad % 23), "\n".repeat(pad)]) {
          const padded = encoder.encode(`${padding}\n${text}\n${padding}\n${text}\n${padding}`);
          const { words: found } = scanText(probe, "Unicode", padded, { alignment: pad });
          assertSame(found, [...expected, ...expected], () => `padding ${pad}`);
        }
      }
    });
  }
}

// ---- the fast path against the machine --------------------------------------------------------

interface UnicodeExports {
  prepareMasks(): void;
  scanUnicode(from: number, to: number, end: number, list: number, foldBit: number): number;
  scanUnicodePlain(from: number, to: number, end: number, list: number, foldBit: number): number;
  scanLongUnicode(from: number, end: number): number;
  scanNext: WebAssembly.Global;
  scanIsWord: WebAssembly.Global;
}
type Scan = "scanUnicode" | "scanUnicodePlain";

const LIST = PROBE_FREE;
const TEXT = PROBE_FREE + 0x100000;

/** Scans in sub-blocks of `step` bytes; yields where each begins and its list ends, or its one word does. */
function* scanBy(
  { exports }: Probe<UnicodeExports>,
  scan: Scan,
  from: number,
  end: number,
  step: number,
  foldBit = 0,
): Generator<{ place: number; listEnd: number; wordEnd?: number }, void, void> {
  let place = from;
  while (place < end) {
    const listEnd = exports[scan](place, Math.min(place + step, end), end, LIST, foldBit);
    let next = exports.scanNext.value;
    yield { place, listEnd };
    if (next === place) {
      next = exports.scanLongUnicode(place, end);
      if (exports.scanIsWord.value) yield { place, listEnd: LIST, wordEnd: next };
    }
    assert(next > place && next <= end, "no progress");
    place = next;
  }
}

/** Offsets of all words, found so. */
function wordsBy(
  probe: Probe<UnicodeExports>,
  ...[scan, from, ...rest]: [scan: Scan, from: number, end: number, step: number, foldBit?: number]
): number[] {
  const words: number[] = [];
  for (const { place, listEnd, wordEnd } of scanBy(probe, scan, from, ...rest)) {
    for (let edge = LIST; edge < listEnd; edge += 2) {
      words.push(place + probe.view.getUint16(edge, true) - from);
    }
    if (wordEnd !== undefined) words.push(place - from, wordEnd - from);
  }
  return words;
}

const fastPath = compileProbe<UnicodeExports>("unicode", "simd").then((probe) => {
  probe.exports.prepareMasks();
  return probe;
});

const STEPS = [1, 2, 3, 5, 8, 16, 33, 63, 64, 65, 66, 100, 127, 128, 129, 200, 1000, 8192];
const BEFORE = [0x41, 0x20, 0x00, 0x2e, 0x5f];
const BEHIND = ["", "abc", "\u0301x", ".5", "’s", "中", "\u200d❤", "_"];
const CASES = Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000);

/** Pieces of several kinds of text, some of them repeated: borders between ways are what is hard. */
function patchwork(random: Random, size: number): string {
  let text = "";
  for (let pieces = random.between(1, 4); pieces > 0; pieces--) {
    const piece = random.pick(Object.values(GENERATORS))(random, size);
    text += random.oneIn(4)
      ? piece.slice(0, 6).toWellFormed().repeat(random.between(1, 30))
      : piece;
  }
  return text.toWellFormed();
}

Deno.test(`scanUnicode() finds what the machine does in ${CASES} texts, wherever sub-blocks end`, async () => {
  const probe = await fastPath;
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < CASES; i++) {
    const text = encoder.encode(patchwork(random, random.pick([3, 5, 10, 20, 60, 200, 400])));
    const from = TEXT + random.between(1, 65);
    const end = from + text.length;
    probe.bytes.fill(random.pick(BEFORE), from - 64, from);
    probe.bytes.set(text, from);
    probe.bytes.fill(0, end, end + 128);
    probe.bytes.set(encoder.encode(random.pick(BEHIND)), end); // no business of the scanner's
    const expected = wordsBy(probe, "scanUnicodePlain", from, end, 8192);
    const step = random.pick(STEPS);
    const foldBit = random.oneIn(2) ? 0x20 : 0;
    const found = wordsBy(probe, "scanUnicode", from, end, step, foldBit);
    assertSame(found, expected, () => {
      const what = JSON.stringify(decoder.decode(text));
      return `MILLRACE_SEED=${seed}, case ${i}, sub-blocks of ${step}: ${what}`;
    });
  }
});

/** Characters of one script each, of which long texts are made. */
const SCRIPTS: [first: number, last: number][] = [
  [0x410, 0x44f],
  [0x391, 0x3ce],
  [0xc0, 0x24f],
  [0x4e00, 0x4eff],
  [0xac00, 0xac3f],
  [0x61, 0x7a],
];
/** What stands between the letters of a script, often and seldom. */
const BETWEEN = [..." \n,.:;'_\"-", ..."’‘·—…«»。，：．＇「」〇々\u00a0\u0301\u00ad"];
const INTRUDERS = [..."09٢٣אカか😀µ㌀", "\u200d", "\ufeff", "\u{1f1e6}"];

/** A text of mostly one script, with a character of another kind now and then. */
function scriptText(random: Random, size: number): string {
  const [first, last] = random.pick(SCRIPTS);
  const spaces = random.between(2, 12), intruders = random.between(2, 80);
  const chars = Array.from({ length: size }, () => {
    if (random.oneIn(spaces)) return " ";
    if (random.oneIn(10)) return random.pick(BETWEEN);
    if (random.oneIn(intruders)) return random.pick(INTRUDERS);
    return String.fromCodePoint(random.between(first, last));
  });
  return chars.join("");
}

Deno.test(`scanUnicode() finds what the machine does in long texts of one script`, async () => {
  const probe = await fastPath;
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < CASES / 4; i++) {
    const text = encoder.encode(scriptText(random, random.between(100, 1500)));
    const from = TEXT + random.between(1, 65);
    const end = from + text.length;
    probe.bytes.set(text, from);
    probe.bytes.fill(0, end, end + 128);
    const expected = wordsBy(probe, "scanUnicodePlain", from, end, 8192);
    const found = wordsBy(probe, "scanUnicode", from, end, random.pick([300, 1000, 8192]));
    assertSame(found, expected, () => `MILLRACE_SEED=${seed}, case ${i}`);
  }
});

Deno.test("scanUnicode() sorts every code point as the machine does, in company and alone", async () => {
  const probe = await fastPath;
  const BATCH = 256;
  for (let first = 0; first < 0x110000; first += BATCH) {
    if (first >= 0xd800 && first < 0xe000) continue; // surrogates are not text
    let text = "";
    for (let codePoint = first; codePoint < first + BATCH; codePoint++) {
      const char = String.fromCodePoint(codePoint);
      // Between spaces, between letters and ideographs, at an apostrophe, in a row.
      text += `${char} я${char}яяяя中${char}一 a’${char}.${char}${char} я${char}1\n`;
    }
    const utf8 = encoder.encode(text);
    probe.bytes.set(utf8, TEXT);
    const end = TEXT + utf8.length;
    probe.bytes.fill(0, end, end + 128);
    const expected = wordsBy(probe, "scanUnicodePlain", TEXT, end, 8192);
    const found = wordsBy(probe, "scanUnicode", TEXT, end, 8192);
    assertSame(found, expected, () => `in U+${first.toString(16)} to +${BATCH - 1}`);
  }
});

Deno.test("scanUnicode() takes rows of 200 KB of one character in linear time", async () => {
  const probe = await fastPath;
  const BYTES = 200_000; // a tenth of which is more than one sub-block
  for (
    const char of [
      ..."a_'.1 \néя中カאक❤🇨ⓜ",
      "\u0301",
      "\u0903",
      "\u200d",
      "\u3000",
      "\u200d❤",
      "a.",
      'א"',
      "🇨\u0903",
    ]
  ) {
    const piece = encoder.encode(char);
    const length = Math.floor(BYTES / piece.length) * piece.length;
    for (let i = 0; i < length; i += piece.length) probe.bytes.set(piece, TEXT + i);
    const end = TEXT + length;
    probe.bytes.fill(0, end, end + 128);
    const expected = wordsBy(probe, "scanUnicodePlain", TEXT, end, 8192);
    const found = wordsBy(probe, "scanUnicode", TEXT, end, 8192);
    assertSame(found, expected, () => JSON.stringify(char));
    const scan = (end: number) =>
      ownMs(() => {
        for (const _ of scanBy(probe, "scanUnicode", TEXT, end, 8192));
      });
    const tenth = Math.floor(length / piece.length / 10) * piece.length;
    // A quadratic way takes a hundred times as long.
    const { holds, text } = costsLess(() => scan(end), 40, () => scan(TEXT + tenth));
    assert(holds, `${JSON.stringify(char)} took ${text}`);
  }
});
