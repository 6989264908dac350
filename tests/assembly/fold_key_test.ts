import { assert, assertEquals } from "@std/assert";
import { generateCaseFolding } from "../../assembly/build/generate_case_folding.ts";
import { GENERATORS } from "../support/oracle/generate_text.ts";
import { toNfc } from "../support/oracle/oracle_nfc.ts";
import { foldFull } from "../support/oracle/oracle_properties.ts";
import { compileProbe, type Probe, PROBE_FREE } from "../support/probe.ts";
import { freshSeed, Random } from "../support/random.ts";

interface FoldExports {
  foldKey(key: number, bytes: number, out: number): number;
  isFolded(key: number, bytes: number, nfc: number): number;
  countChars(key: number, bytes: number): number;
}

const probing = compileProbe<FoldExports>("fold", "simd");
const encoder = new TextEncoder();
const CANARY = 0xa5;

function fold(probe: Probe<FoldExports>, text: string): string {
  const key = encoder.encode(text);
  const out = PROBE_FREE + 0x400000;
  probe.bytes.set(key, PROBE_FREE);
  probe.bytes.fill(CANARY, PROBE_FREE + key.length, PROBE_FREE + key.length + 16);
  probe.bytes.fill(CANARY, out, out + 3 * key.length + 16);
  const length = probe.exports.foldKey(PROBE_FREE, key.length, out);
  const isFolded = (nfc: number) => probe.exports.isFolded(PROBE_FREE, key.length, nfc) === 1;
  assertEquals(isFolded(0), text === foldFull(text), JSON.stringify(text));
  if (isFolded(1)) assertEquals(toNfc(foldFull(text)), toNfc(text), JSON.stringify(text));
  const rest = probe.bytes.subarray(out + length, out + 3 * key.length + 16);
  assert(rest.every((byte) => byte === CANARY), `wrote past the end of ${JSON.stringify(text)}`);
  return new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(probe.bytes.slice(out, out + length));
}

Deno.test("case_folding.ts is what its generator writes", () => {
  const written = Deno.readTextFileSync(
    new URL("../../assembly/generated/case_folding.ts", import.meta.url),
  );
  assert(written === generateCaseFolding(), "run assembly/build/generate_case_folding.ts");
});

Deno.test("foldKey() folds every code point as the Unicode data says", async () => {
  const probe = await probing;
  for (let codePoint = 0; codePoint < 0x20000; codePoint++) {
    if (codePoint === 0xd800) codePoint = 0xe000; // surrogates are not text
    const char = String.fromCodePoint(codePoint);
    assertEquals(fold(probe, char), foldFull(char), `U+${codePoint.toString(16)}`);
  }
  for (let first = 0x20000; first < 0x110000; first += 0x400) { // in rows, for there are many
    const row = String.fromCodePoint(...Array.from({ length: 0x400 }, (_, i) => first + i));
    assert(fold(probe, row) === foldFull(row), `U+${first.toString(16)} and up`);
  }
});

Deno.test("foldKey() and countChars() agree with the oracle on random keys", async () => {
  const probe = await probing;
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < 3000; i++) {
    const text = random.pick(Object.values(GENERATORS))(random, random.pick([4, 30, 300]));
    const note = `MILLRACE_SEED=${seed}, case ${i}`;
    assertEquals(fold(probe, text), foldFull(text), note);
    assertEquals(foldFull(foldFull(text)), foldFull(text), note);
    const bytes = encoder.encode(text).length;
    assertEquals(probe.exports.countChars(PROBE_FREE, bytes), [...text].length, note);
  }
});
