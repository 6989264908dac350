import { assert, assertEquals, assertThrows } from "@std/assert";
import { compileRegex } from "../../../src/records/regex/compile_regex.ts";
import { RegexError } from "../../../src/records/regex/regex_error.ts";
import {
  BuildSteps,
  MAX_PATTERN_LENGTH,
  MAX_TABLE_BYTES,
} from "../../../src/records/regex/regex_limits.ts";
import { escapeSet, ignoreCase } from "../../../src/records/regex/unicode_sets.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function find(pattern: string, text: string): string | null {
  const bytes = encoder.encode(text);
  const found = compileRegex(pattern).find(bytes);
  return found && decoder.decode(bytes.subarray(found.start, found.end));
}

const LINE = '203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "GET /é/b?q=1 HTTP/1.0" 200 2326';

const FINDS: [pattern: string, text: string, found: string | null][] = [
  ['" (\\d{3}) ', LINE, "200"],
  ['"[A-Z]+ ([^ ?"]*)', LINE, "/é/b"],
  ["\\[\\d+/\\w+/\\d+:(\\d+:\\d+)", LINE, "13:55"],
  ["^\\S+", LINE, "203.0.113.9"],
  ["\\S+$", LINE, "2326"],
  ["(\\d{1,3}\\.\\d{1,3})\\.\\d{1,3}\\.\\d{1,3}", LINE, "203.0"],
  ["(?i:get|post) (\\S+)", LINE, "/é/b?q=1"],
  ["(x)?GET", LINE, null],
  // The first choice that leads to a match, not the longest.
  ["Mr|Mrs", "Mrs Dalloway", "Mr"],
  ["(a|ab)(c|bcd)(d*)", "abcd", "a"],
  ["<(.+?)>", "<a><b>", "a"],
  ["<(.+)>", "<a><b>", "a><b"],
  // What repeats forgets its group, and does not repeat for nothing.
  ["(?:(a)|b)*", "ab", null],
  ["(z)((a+)?(b+)?(c))*", "zaacbbbcac", "z"],
  ["(?:(a*)*)b", "b", null],
  ["(?:|a)+", "aaa", "aaa"],
  ["(?:|a)*", "aaa", "aaa"],
  ["(a){0}b", "ab", null],
  ["\\bfoo\\b", "afoo foo_ foo", "foo"],
  ["\\B", "日", ""],
  ["$", "日本", ""],
  ["[]", "a", null],
  ["[^]", "😀", "😀"],
  ["", "abc", ""],
  ["(?<key>\\w+)=(?<value>\\w+)", "a b=c", "b"],
  ["(?i:STRASSE|straße)", "STRAẞE", "STRAẞE"],
  ["(?i:σ)", "ς", "ς"],
  ["\\p{Script=Greek}+", "abc λόγος", "λόγος"],
];

for (const [pattern, text, found] of FINDS) {
  Deno.test(`compileRegex() finds ${JSON.stringify(found)} by /${pattern}/`, () => {
    assertEquals(find(pattern, text), found);
    // V8 14 and 15 lose the modifier in places, and no row has what the flag would change beyond it.
    const plain = pattern.replace("(?i:", "(?:");
    const match = new RegExp(plain, plain === pattern ? "u" : "iu").exec(text);
    assertEquals(match && (match[match.length > 1 ? 1 : 0] ?? null), found, "RegExp");
  });
}

const REFUSED: [pattern: string, position: number, reason: RegExp][] = [
  ["a(b", 3, /unterminated group/],
  ["a{2,1}", 6, /numbers out of order/],
  ["[b-a]", 4, /range out of order/],
  ["a\\-b", 2, /invalid escape/],
  ["(a)\\1", 3, /back references are not supported/],
  ["a(?=b)", 1, /lookahead is not supported/],
  ["(?<!a)b", 0, /lookbehind is not supported/],
  ["(?m:^a)", 0, /modifier m is not supported/],
  ["a".repeat(MAX_PATTERN_LENGTH + 1), MAX_PATTERN_LENGTH, /at most 2000 characters/],
  ["[ab]*a[ab]{16}", 0, /at most 700000 steps/],
  ["((((a{100}){100}){100}){100}", 28, /unterminated group/],
  ["((((a{100}){100}){100}){100})", 0, /at most 50000 states/],
  ["(?:(?:){10000}){1000000000}", 0, /at most 700000 steps/],
  ["\\w{500}", 0, /at most 251 registers/],
];

for (const [pattern, position, reason] of REFUSED) {
  Deno.test(`compileRegex() refuses /${pattern.slice(0, 40)}/`, () => {
    const error = assertThrows(() => compileRegex(pattern), RegexError);
    assertEquals(error.position, position, error.message);
    assert(reason.test(error.reason), error.reason);
  });
}

Deno.test("compileRegex() refuses larger tables than there may be", () => {
  const error = assertThrows(
    () => compileRegex("[ab]*a[ab]{16}", new BuildSteps(5_000_000)),
    RegexError,
  );
  assert(/at most 1048576 bytes of tables/.test(error.reason), error.reason);
});

Deno.test("compileRegex() nests as deep as a pattern is long", () => {
  const depth = MAX_PATTERN_LENGTH / 2 - 1;
  assertEquals(find(`${"(".repeat(depth)}a${")".repeat(depth)}`, "ba"), "a");
});

/** Counts how often bytes of a text are read. */
function countReads(text: Uint8Array): { text: Uint8Array; reads: () => number } {
  let reads = 0;
  const counted = new Proxy(text, {
    get(target, name) {
      if (name !== "length") reads++;
      return Reflect.get(target, name);
    },
  });
  return { text: counted, reads: () => reads };
}

Deno.test("RegexTables read each byte of a text once where a backtracking matcher never ends", () => {
  for (
    const pattern of ["(a|a)*b", "(a*)*b", "(a+)+$b", "(?:a?){30}a{30}b", "(.*)(.*)(.*)(.*)=b"]
  ) {
    const tables = compileRegex(pattern);
    assert(tables.toBytes().length < MAX_TABLE_BYTES);
    const text = encoder.encode("a".repeat(10_000));
    for (const method of ["find", "test"] as const) {
      const counted = countReads(text);
      assert(!tables[method](counted.text));
      assert(counted.reads() <= text.length, `/${pattern}/ reads ${counted.reads()} bytes`);
    }
  }
});

Deno.test("RegexTables stop where nothing can match any more", () => {
  for (const [pattern, reads] of [["^b", 1], ["a", 2], ["^ab", 2]] as const) {
    const counted = countReads(encoder.encode("a".repeat(1_000)));
    compileRegex(pattern).find(counted.text);
    assertEquals(counted.reads(), reads, pattern);
  }
});

Deno.test("RegexTables match nothing within bytes that are no UTF-8, and find what is behind", () => {
  const text = Uint8Array.from([0xff, 0x80, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x61]);
  assertEquals(compileRegex("[^(]+").find(text), { start: 7, end: 8 });
  assertEquals(compileRegex("\\((.*)").find(text), { start: 4, end: 4 });
  assertEquals(compileRegex(".").find(text.subarray(0, 3)), null);
});

Deno.test("ignoreCase() adds what RegExp with flags iu takes for the same", () => {
  const cased = /[\p{CWCM}\p{CWCF}]/u;
  const all = Array.from({ length: 0x110000 }, (_, at) => at)
    .filter((at) => (at < 0xd800 || at > 0xdfff) && cased.test(String.fromCodePoint(at)));
  const text = String.fromCodePoint(...all);
  assert(all.length > 2_000);
  for (const codePoint of all) {
    const pattern = new RegExp(`\\u{${codePoint.toString(16)}}`, "giu");
    const same = [...text.matchAll(pattern)].map(([each]) => each.codePointAt(0)!);
    const ours = ignoreCase([[codePoint, codePoint]], new BuildSteps())
      .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
    assertEquals(ours, same);
  }
});

for (
  const escape of [
    "\\s",
    "\\S",
    "\\p{L}",
    "\\P{Assigned}",
    "\\p{NChar}",
    "\\p{Co}",
    "\\p{Script=Han}",
  ]
) {
  Deno.test(`escapeSet() has the characters that RegExp takes for ${escape}`, () => {
    const one = new RegExp(`^${escape}$`, "u");
    const wrong: number[] = [];
    let ranges = escapeSet(escape, new BuildSteps());
    for (let codePoint = 0; codePoint < 0x110000; codePoint++) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      if (ranges[0]?.[1] < codePoint) ranges = ranges.slice(1);
      const isThere = ranges.length > 0 && ranges[0][0] <= codePoint;
      if (isThere !== one.test(String.fromCodePoint(codePoint))) wrong.push(codePoint);
    }
    assertEquals(wrong, []);
  });
}

Deno.test("compileRegex() counts the steps of several patterns together, found before or not", () => {
  const scans = ["L", "Lu", "Ll", "N", "P", "S", "Z"].map((name) => `\\p{${name}}`);
  for (
    const patterns of [
      scans,
      scans,
      Array.from({ length: 6 }, (_, i) => `(a|b)*a(a|b){9}c{${i}}`),
    ]
  ) {
    const steps = new BuildSteps();
    const error = assertThrows(
      () => patterns.forEach((pattern) => compileRegex(pattern, steps)),
      RegexError,
    );
    assert(error.reason.endsWith("for all patterns of a request together"), error.reason);
    compileRegex(patterns[0]);
  }
});
