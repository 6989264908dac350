import { assertEquals } from "@std/assert";
import { brokenUtf8, GENERATORS } from "../support/oracle/generate_text.ts";
import { BUILDS, compileProbe, type Probe, PROBE_FREE } from "../support/probe.ts";
import { freshSeed, Random } from "../support/random.ts";
import { assertSame } from "../support/assert_same.ts";

interface Utf8Exports {
  validateUtf8(text: number, bytes: number): number;
  repairedLength(text: number, bytes: number): bigint;
  repairUtf8(text: number, bytes: number, out: number): number;
  repairCount: WebAssembly.Global;
}

const PADDING = 128;
const OUT = PROBE_FREE + 0x400000;
const CANARY = 0xa5;

/** Puts a text where a kernel would find it: zero padding behind, what it likes in front. */
function place(probe: Probe<Utf8Exports>, text: Uint8Array, lead: number): number {
  const at = PROBE_FREE + lead;
  probe.bytes.fill(CANARY, PROBE_FREE, at);
  probe.bytes.set(text, at);
  probe.bytes.fill(0, at + text.length, at + text.length + PADDING);
  return at;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Offset of the first ill-formed sequence: of the first U+FFFD that does not stand in the text. */
function firstError(text: Uint8Array): number {
  const decoded = decoder.decode(text);
  let end = 0;
  for (let from = 0;;) {
    const mark = decoded.indexOf("\ufffd", from);
    if (mark < 0) return text.length;
    end += encoder.encode(decoded.slice(from, mark)).length;
    if (text[end] !== 0xef || text[end + 1] !== 0xbf || text[end + 2] !== 0xbd) return end;
    end += 3;
    from = mark + 1;
  }
}

function checkText(probe: Probe<Utf8Exports>, text: Uint8Array, lead: number, note: string) {
  const at = place(probe, text, lead);
  const { validateUtf8, repairedLength, repairUtf8, repairCount } = probe.exports;
  assertEquals(validateUtf8(at, text.length), firstError(text), `first error, ${note}`);
  const repaired = encoder.encode(decoder.decode(text));
  assertEquals(Number(repairedLength(at, text.length)), repaired.length, `length, ${note}`);
  probe.bytes.fill(CANARY, OUT, OUT + repaired.length + 8);
  assertEquals(repairUtf8(at, text.length, OUT), repaired.length, note);
  assertSame(probe.bytes.subarray(OUT, OUT + repaired.length), repaired, () => note);
  assertEquals(probe.bytes[OUT + repaired.length], CANARY, `wrote past its end, ${note}`);
  const marks = (bytes: Uint8Array) => decoder.decode(bytes).split("\ufffd").length - 1;
  // U+FFFD that stands in the text itself is no replacement.
  assertEquals(repairCount.value, marks(text) - countOwn(text), `replacements, ${note}`);
}

/** How often EF BF BD itself stands in a text; nothing else can hold these bytes. */
function countOwn(text: Uint8Array): number {
  let count = 0;
  for (let i = 0; i + 2 < text.length; i++) {
    if (text[i] === 0xef && text[i + 1] === 0xbf && text[i + 2] === 0xbd) count++;
  }
  return count;
}

for (const build of BUILDS) {
  const probing = compileProbe<Utf8Exports>("utf8", build);

  Deno.test(`validateUtf8() accepts every code point and no surrogate (${build})`, async () => {
    const probe = await probing;
    for (const [first, end] of [[0, 0xd800], [0xe000, 0x110000]]) {
      for (let from = first; from < end; from += 0x400) {
        const codePoints = Array.from({ length: 0x400 }, (_, i) => from + i);
        const text = encoder.encode(String.fromCodePoint(...codePoints));
        assertEquals(probe.exports.validateUtf8(place(probe, text, 3), text.length), text.length);
      }
    }
    for (let low = 0xa0; low < 0xc0; low++) {
      checkText(probe, Uint8Array.of(0x41, 0xed, low, 0x80, 0x42), 0, `surrogate ED ${low}`);
    }
  });

  Deno.test(`repairUtf8() reads every pair of bytes as TextDecoder does (${build})`, async () => {
    const probe = await probing;
    const text = new Uint8Array(6);
    for (let first = 0x80; first < 0x100; first++) {
      for (let second = 0; second < 0x100; second += first < 0xc0 ? 15 : 1) {
        text.set([0x61, first, second, 0x80, 0x80, 0xbf]);
        checkText(probe, text, second & 15, `${first} ${second}`);
        checkText(probe, text.subarray(0, 3), 0, `${first} ${second} at the end`);
      }
    }
  });

  Deno.test(`validateUtf8() finds an error at every offset and alignment (${build})`, async () => {
    const probe = await probing;
    for (const filler of ["a", "é", "中", "😀"]) {
      const base = encoder.encode(filler.repeat(150).slice(0, 150));
      for (let at = 0; at < 150; at++) {
        const text = base.slice(0, 150 + at % 5); // a cut sequence at the end is an error too
        text[at] = 0xff;
        const expected = firstError(text);
        for (let lead = 0; lead <= 64; lead++) {
          const found = probe.exports.validateUtf8(place(probe, text, lead), text.length);
          assertEquals(found, expected, `${filler}, error at ${at}, alignment ${lead}`);
        }
      }
    }
  });

  Deno.test(`repairUtf8() agrees with TextDecoder on random bytes (${build})`, async () => {
    const probe = await probing;
    const seed = freshSeed();
    const random = new Random(seed);
    const cases = Math.min(Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 10, 20_000);
    for (let i = 0; i < cases; i++) {
      const size = random.pick([3, 20, 70, 200, 400]);
      const text = random.oneIn(8)
        ? encoder.encode(random.pick(Object.values(GENERATORS))(random, size))
        : brokenUtf8(random, random.below(size));
      checkText(probe, text, random.below(65), `MILLRACE_SEED=${seed}, case ${i}`);
    }
  });
}
