import { assert, assertEquals } from "@std/assert";
import { DRAINED_CHECKED, DRAINED_KEYS } from "../../assembly/drain_layout.ts";
import { DRAINED_ODD, OK } from "../../assembly/layout.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import { brokenUtf8, prose } from "../support/oracle/generate_text.ts";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { freshSeed, Random } from "../support/random.ts";

const JOB = { tokenizer: "drained", case: "preserve", order: "key" } as const;
/** Where the text of windows is put: behind what is drained. */
const TEXT_AT = 4 << 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const fatal = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

type Slice = readonly [start: number, end: number];

interface Window {
  base: number;
  slices: Slice[];
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);

/** Windows of a text, which is put beside them. */
function encodeWindows(harness: KernelHarness, text: Uint8Array, windows: Window[]) {
  const { start } = harness.put(text, TEXT_AT);
  return join(
    words(start, text.length),
    ...windows.map(({ base, slices }) =>
      words(base, slices.length, ...slices.map(([from, to]) => from | to << 16))
    ),
  );
}

function isText(bytes: Uint8Array): boolean {
  try {
    fatal.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Slices of whole characters of a text, of any length; sometimes more than a step's worth. */
function randomWindows(random: Random, text: Uint8Array): Window[] {
  const borders = Array.from(text.keys()).filter((at) => (text[at] & 0xc0) !== 0x80);
  borders.push(text.length);
  return Array.from({ length: random.below(5) }, () => {
    const base = random.below(text.length);
    const inside = borders.filter((border) => border >= base && border - base <= 0xffff);
    const length = inside.length < 2 ? 0 : random.pick([0, 1, 3, 4, 5, 64, 500, 5000]);
    const slices = Array.from({ length }, (): Slice => {
      const first = random.below(inside.length - 1);
      const longest = random.pick([1, 6, 30, length <= 64 ? inside.length : 60]);
      const last = Math.min(inside.length - 1, first + random.between(1, longest));
      return [inside[first] - base, inside[last] - base];
    });
    return { base, slices };
  });
}

function keysOf(text: Uint8Array, windows: Window[]): string[] {
  return windows.flatMap(({ base, slices }) =>
    slices.map(([from, to]) => decoder.decode(text.subarray(base + from, base + to)))
  );
}

function countAll(keys: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** What the kernel makes of a chunk: counts, or a status. */
function mapAll(harness: KernelHarness, drained: Uint8Array): Map<string, number> | number {
  harness.open(JOB);
  const { start, bytes } = harness.put(drained);
  const status = harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0);
  if (status !== OK) {
    harness.release();
    return status;
  }
  const segment = harness.reduce();
  harness.release();
  return new Map(segment.toArray().map(({ key, count }) => [key, count]));
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`mapChunk() counts the slices of windows: ${build}`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const harness = await KernelHarness.create(build, { seed });
    for (let i = 0; i < 150; i++) {
      const prosaic = prose(random, random.pick([1, 70, 3000, 60_000])) || "a";
      const ascii = random.oneIn(2);
      const text = encoder.encode(ascii ? prosaic.replace(/[^ -~\n]/g, "x") : prosaic);
      if (random.oneIn(3)) {
        for (let j = 0; j < 20; j++) text[random.below(text.length)] = random.below(128);
      }
      if (!isText(text)) continue;
      const windows = randomWindows(random, text);
      const found = mapAll(harness, encodeWindows(harness, text, windows));
      assertEquals(found, countAll(keysOf(text, windows)), `MILLRACE_SEED=${seed} ${i}`);
    }
  });

  Deno.test(`mapChunk() counts nothing where a window is odd: ${build}`, async () => {
    const harness = await KernelHarness.create(build);
    const text = encoder.encode("né: 好 and more");
    const all = text.length;
    const odd: Record<string, Window[]> = {
      "an empty slice": [{ base: 0, slices: [[0, 1], [3, 3]] }],
      "a slice that ends before it begins": [{ base: 0, slices: [[5, 4]] }],
      "a slice beyond the text": [{ base: 0, slices: [[0, all + 1]] }],
      "a slice beyond the text from its base": [{ base: 5, slices: [[0, all - 4]] }],
      "a base beyond the text": [{ base: all + 1, slices: [] }],
      "a base of 4 billion": [{ base: 2 ** 32 - 1, slices: [[0, 2]] }],
      "a slice that begins within a character": [{ base: 0, slices: [[0, 1], [2, 4]] }],
      "a slice that ends within a character": [{ base: 0, slices: [[0, 2]] }],
      "the fifth of five": [{ base: 0, slices: [[0, 1], [0, 1], [0, 1], [0, 1], [1, 1]] }],
      "the second window": [{ base: 0, slices: [[0, 1]] }, { base: 0, slices: [[1, 1]] }],
    };
    for (const [what, windows] of Object.entries(odd)) {
      assertEquals(mapAll(harness, encodeWindows(harness, text, windows)), DRAINED_ODD, what);
    }
    const whole = encodeWindows(harness, text, [{ base: 0, slices: [[0, 1], [0, 3]] }]);
    assertEquals(mapAll(harness, whole), new Map([["n", 1], ["né", 1]]));
    for (let bytes = 9; bytes < whole.length; bytes++) {
      assertEquals(mapAll(harness, whole.slice(0, bytes)), DRAINED_ODD, `${bytes} bytes`);
    }
    const broken = Uint8Array.of(...text, 0xff);
    const ofBroken = encodeWindows(harness, broken, [{ base: 0, slices: [[0, 1]] }]);
    assertEquals(mapAll(harness, ofBroken), DRAINED_ODD);
    const most = encodeWindows(harness, text, [{ base: all, slices: [] }]);
    assertEquals(mapAll(harness, most), new Map());
  });

  Deno.test(`mapChunk() counts drained keys if they are whole texts: ${build}`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const harness = await KernelHarness.create(build, { seed });
    let odd = 0;
    for (let i = 0; i < 400; i++) {
      const keys = Array.from(
        { length: random.below(30) },
        () =>
          random.oneIn(60) ? brokenUtf8(random, random.below(12)) : encoder.encode(
            random.pick(["", "to", "né", "好", "a\0", prose(random, random.below(300))]),
          ),
      );
      const records = join(...keys.map((key) => join(words(key.length), key)));
      const found = mapAll(harness, join(words(DRAINED_KEYS, 0), records));
      const what = `MILLRACE_SEED=${seed} ${i}`;
      if (keys.every(isText)) {
        assertEquals(found, countAll(keys.map((key) => decoder.decode(key))), what);
        if (records.length > 0) {
          const cut = records.slice(0, -1);
          assertEquals(mapAll(harness, join(words(DRAINED_KEYS, 0), cut)), DRAINED_ODD, what);
        }
      } else {
        odd++;
        assertEquals(found, DRAINED_ODD, what);
        // Those that were checked are counted as they are.
        assert(mapAll(harness, join(words(DRAINED_CHECKED, 0), records)) instanceof Map);
      }
    }
    assert(odd > 10);
    const huge = encodePackedTexts(["k".repeat(65_537)]);
    assertEquals(mapAll(harness, join(words(DRAINED_KEYS, 0), huge)), DRAINED_ODD);
    const large = encodePackedTexts(["k".repeat(65_536)]);
    assertEquals(
      mapAll(harness, join(words(DRAINED_KEYS, 0), large)),
      new Map([["k".repeat(65_536), 1]]),
    );
  });
}
