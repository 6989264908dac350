import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { splitFile } from "../../src/input/file_splitter.ts";
import { OpenFile } from "../../src/input/open_file.ts";
import { splitBytes, type SplitRule } from "../../src/input/splitter.ts";
import { lastSafeSplit } from "../../src/input/splitter_rules.ts";
import { KernelHarness } from "../support/kernel_harness.ts";
import { countNaive, formatTsv } from "../support/oracle/oracle.ts";
import { freshSeed, Random } from "../support/random.ts";
import { TempFiles } from "../support/temp_files.ts";

const TOKENIZERS = ["unicode", "whitespace", "ascii", "lines"] as const;

const encoder = new TextEncoder();
const PIECES = [
  ..."ab é ž中文  \n\r'.\t",
  "\r\n",
  "\u0301",
  "\u2003\u3000\u1680\u205f",
  " ".repeat(11),
  "word ",
  "long".repeat(30),
].map((piece) => encoder.encode(piece));
const BROKEN = [Uint8Array.of(0xff), Uint8Array.of(0xe4, 0xb8), Uint8Array.of(0xf0, 0x9f, 0x92)];

/** A text with tokens around the size of the window that a splitter looks at, now and then. */
function randomText(random: Random, pieces: number): Uint8Array {
  const long = random.pick([encoder.encode("x"), encoder.encode("é"), encoder.encode(" ")]);
  const parts: Uint8Array[] = [];
  for (let i = 0; i < pieces; i++) {
    if (random.oneIn(40)) parts.push(random.pick(BROKEN));
    else if (!random.oneIn(200)) parts.push(random.pick(PIECES));
    else {
      const times = Math.floor(
        (4096 * random.between(1, 3) + random.between(-20, 20)) / long.length,
      );
      for (let time = 0; time < times; time++) parts.push(long);
    }
  }
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

Deno.test("splitFile() cuts where splitBytes() does, whatever the text and the size of chunks", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  using files = new TempFiles();
  for (let round = 0; round < 200; round++) {
    const bytes = randomText(random, random.pick([30, 600, 3000]));
    if (bytes.length === 0) continue;
    const file = OpenFile.open({ path: files.write("text", bytes) })!;
    for (const tokenizer of TOKENIZERS) {
      const lineBound = random.oneIn(3);
      const chunkBytes = random.pick([1, 7, 100, 4096, 4100, 8192]) + random.below(30);
      const rule: SplitRule = (text, length) => lastSafeSplit(text, length, tokenizer, lineBound);
      const start = random.oneIn(2) ? 0 : random.below(bytes.length);
      const end = random.oneIn(2) ? bytes.length : random.between(start, bytes.length);
      const borders = [...splitFile(file, { start, end }, chunkBytes, rule)]
        .map(({ text, offset, last }) => {
          assertEquals(text.start, start + offset);
          return [offset, text.length, last];
        });
      const expected = [...splitBytes(bytes.subarray(start, end), chunkBytes, rule)]
        .map(({ text, offset, last }) => [offset, text.length, last]);
      const where = { seed, round, tokenizer, lineBound, chunkBytes, start, end };
      assertEquals(borders, expected, JSON.stringify(where));
    }
    file.close();
  }
});

Deno.test("splitFile() sees as much around a split as splitBytes(), where two windows meet", () => {
  using files = new TempFiles();
  for (const before of ["\u2003 ", "\u3000\u2003", " \u1680 ", "\u0085", "\r\n", "é ", "a. "]) {
    const bytes = encoder.encode(`first ${before}${"x".repeat(10_000)}`);
    using file = closing(OpenFile.open({ path: files.write("text", bytes) })!);
    for (const tokenizer of TOKENIZERS) {
      const rule: SplitRule = (text, length) => lastSafeSplit(text, length, tokenizer);
      for (let chunkBytes = 4090; chunkBytes < 4140; chunkBytes++) {
        const [piece] = splitFile(file.file, { start: 0, end: bytes.length }, chunkBytes, rule);
        const [chunk] = splitBytes(bytes, chunkBytes, rule);
        const where = JSON.stringify({ before, tokenizer, chunkBytes });
        assertEquals(piece.text.length, chunk.text.length, where);
      }
    }
  }
});

Deno.test("Pieces of a file give its counts; pieces that are cut anywhere give others", async () => {
  using files = new TempFiles();
  const bytes = randomText(new Random(3), 3000);
  using file = closing(OpenFile.open({ path: files.write("text", bytes) })!);
  const harness = await KernelHarness.create("words");
  for (const tokenizer of TOKENIZERS) {
    const expected = formatTsv(countNaive(bytes, tokenizer));
    const count = (rule: SplitRule) => {
      const pieces = [...splitFile(file.file, { start: 0, end: bytes.length }, 500, rule)];
      const chunks = pieces.map(({ text }) => bytes.slice(text.start, text.start + text.length));
      const { counts } = harness.run(chunks, { tokenizer, workers: 2 });
      return counts.map(({ key, count }) => `${key}\t${count}\n`).join("");
    };
    assertEquals(count((text, length) => lastSafeSplit(text, length, tokenizer)), expected);
    assertNotEquals(count((_text, length) => length), expected, `${tokenizer} sees no border`);
  }
});

Deno.test("splitFile() reads some bytes in front of each border, and no others", () => {
  using files = new TempFiles();
  const bytes = encoder.encode("to be or not to be\n".repeat(100_000));
  using file = closing(OpenFile.open({ path: files.write("text", bytes) })!);
  const { readSync } = Deno.FsFile.prototype;
  let read = 0;
  try {
    Deno.FsFile.prototype.readSync = function (buffer) {
      const added = readSync.call(this, buffer);
      read += added ?? 0;
      return added;
    };
    const rule: SplitRule = (text, length) => lastSafeSplit(text, length, "unicode");
    const chunks = [...splitFile(file.file, { start: 0, end: bytes.length }, 250_000, rule)];
    assertEquals(chunks.length, 8);
    assert(read <= 7 * 4096, `${read} bytes`);
  } finally {
    Deno.FsFile.prototype.readSync = readSync;
  }
});

function closing(file: OpenFile) {
  return { file, [Symbol.dispose]: () => file.close() };
}
