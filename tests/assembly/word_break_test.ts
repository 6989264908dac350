import { assert, assertEquals } from "@std/assert";
import { generateWordBreak } from "../../assembly/build/generate_word_break.ts";
import { OK, OUTPUT_FULL } from "../../assembly/layout.ts";
import { boundaryCases, boundaryFiles } from "../support/oracle/oracle_files.ts";
import { wordBoundaries } from "../support/oracle/oracle_unicode.ts";
import { BUILDS, compileProbe, type Probe, PROBE_FREE } from "../support/probe.ts";

interface UnicodeExports {
  segmentUnicode(text: number, bytes: number, out: number, outWords: number): number;
}

const OUT = PROBE_FREE + 0x10000;
const OUT_WORDS = 4096;
const encoder = new TextEncoder();

/** One row for each rule, with `|` at the boundaries. */
const ROWS: [rule: string, row: string][] = [
  ["WB1, WB2", "|a|"],
  ["WB3", "|a|\r\n|\n|\r|\r\n|"],
  ["WB3a, WB3b", "|\n|\u0308|a|\u0085|\u200d|\u2028|"],
  ["WB3c", "|👩\u200d❤\ufe0f\u200d👩| |a\u200dⓂ| |a\u200d❤|\n|\u200d❤|❤|"],
  ["WB3d", "|a|  \u3000|\t| \u0308| |"],
  ["WB4", "|a\u0308\u00ad\u200db|.\u0308|.|"],
  ["WB5", "|abcяжα|中|中|"],
  ["WB6, WB7", "|a:b| |a’b'c.d·e|,|a|.|.|b|:| |a|,|b|"],
  ["WB6, WB7 and WB4", "|a\u0308:\u0308b\u0308|:\u0308|1|"],
  ["WB7a", "|א'| |א'ב| |א'|1| |א'|'|"],
  ["WB7b, WB7c", '|א"ב| |א|"| |א|"|a|"|א|'],
  ["WB8 to WB10", "|12ab34٣٤a|"],
  ["WB11, WB12", "|1.5,3;4'5| |1|:|2|.|a|.|1|,|"],
  ["WB13", "|カタカナー|ひ|ら|カ|a|"],
  ["WB13a, WB13b", "|a_1_カ___|中|_|"],
  ["WB15, WB16", "|🇦🇧|🇨|a|🇦\u0308🇧|🇨🇩|🇪|"],
  ["WB999", "|a|-|1|%|"],
];

/** Writes a text and finds its boundaries, as byte offsets. */
function segmentText({ exports, bytes, view }: Probe<UnicodeExports>, text: string): number[] {
  const utf8 = encoder.encode(text);
  bytes.set(utf8, PROBE_FREE);
  bytes.set(encoder.encode("a'1"), PROBE_FREE + utf8.length); // must not be looked at
  assertEquals(exports.segmentUnicode(PROBE_FREE, utf8.length, OUT, OUT_WORDS), OK);
  const count = view.getUint32(OUT, true);
  return Array.from({ length: count }, (_, i) => view.getUint32(OUT + 4 * (i + 1), true));
}

const FILES = boundaryFiles();

for (const build of BUILDS) {
  const probing = compileProbe<UnicodeExports>("unicode", build);

  const segment = async (text: string) => segmentText(await probing, text);

  for (const [rule, row] of ROWS) {
    Deno.test(`segmentUnicode() follows ${rule} (${build})`, async () => {
      const segments = row.split("|").slice(1, -1);
      const expected = [0];
      for (const part of segments) expected.push(expected.at(-1)! + encoder.encode(part).length);
      assertEquals(await segment(segments.join("")), expected, JSON.stringify(row));
    });
  }

  for (const file of FILES) {
    Deno.test(`segmentUnicode() agrees with every line of ${file.name} (${build})`, async () => {
      let cases = 0;
      for (const { codePoints, boundaries, line } of boundaryCases(file)) {
        const chars = codePoints.map((codePoint) => String.fromCodePoint(codePoint));
        const expected = boundaries.map((end) =>
          encoder.encode(chars.slice(0, end).join("")).length
        );
        assertEquals(await segment(chars.join("")), expected, line);
        cases++;
      }
      assertEquals(cases, file.cases);
    });
  }

  Deno.test(`segmentUnicode() finds no boundary in nothing and says when there is no room (${build})`, async () => {
    assertEquals(await segment(""), []);
    const { exports, bytes } = await probing;
    bytes.set(encoder.encode("a b"), PROBE_FREE);
    assertEquals(exports.segmentUnicode(PROBE_FREE, 3, OUT, 5), OK);
    for (let outWords = 0; outWords < 5; outWords++) {
      assertEquals(exports.segmentUnicode(PROBE_FREE, 3, OUT, outWords), OUTPUT_FULL);
    }
  });
}

Deno.test("the rows above are what the rules say", () => {
  for (const [rule, row] of ROWS) {
    const segments = row.split("|").slice(1, -1).map((part) => [...part]);
    const expected = [0];
    for (const part of segments) expected.push(expected.at(-1)! + part.length);
    const codePoints = segments.flat().map((char) => char.codePointAt(0)!);
    assertEquals(wordBoundaries(codePoints), expected, rule);
  }
});

Deno.test("word_break.ts is what generateWordBreak() writes, and small", async () => {
  const text = await Deno.readTextFile(
    new URL("../../assembly/generated/word_break.ts", import.meta.url),
  );
  assert(text === await generateWordBreak(), "run assembly/build/generate_word_break.ts");
  const bytes = Number(text.match(/(\d+) bytes in all/)![1]);
  assert(bytes <= 41_000, `${bytes} bytes`);
});
