import { assert, assertEquals } from "@std/assert";
import {
  ABI_VERSION,
  INVALID_UTF8,
  JOB_PAGES,
  JOB_TABLES,
  SCRATCH_BAD_OFFSET,
  SCRATCH_EDGES,
  SCRATCH_EDGES_BYTES,
} from "../../assembly/layout.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import { countNaive, KERNEL_BUILDS, KernelHarness, loadKernel } from "../support/kernel_harness.ts";
import { costsLess, wallMs } from "../support/cost.ts";

Deno.test("kernels export the ABI and nothing else", async () => {
  for (const build of KERNEL_BUILDS) {
    const names = WebAssembly.Module.exports(await loadKernel(build, 1024)).map(({ name }) => name);
    assertEquals(names.filter((name) => !name.startsWith("__")).sort(), [
      "abiVersion",
      "attach",
      "describe",
      "drainBatch",
      "dropChunk",
      "finishJob",
      "foldKey",
      "holdsReserve",
      "isToken",
      "mapChunk",
      "memory",
      "mergeNext",
      "normalizeKey",
      "openMerge",
      "orderRecords",
      "partitionTable",
      "reducePartition",
      "setReserve",
      "spillRuns",
      "spillTable",
    ]);
    const harness = await KernelHarness.create(build);
    assertEquals(harness.kernel.abiVersion(), ABI_VERSION);
  }
});

Deno.test("kernels keep static data below 200 KB", async () => {
  const binary = await Deno.readFile(
    new URL("../../assembly/compiled/words.wasm", import.meta.url),
  );
  const module = new WebAssembly.Module(binary);
  assertEquals(WebAssembly.Module.imports(module).map(({ name }) => name), ["memory"]);
  assert(binary.length < 200 * 1024, `${binary.length} bytes`);
});

interface Edges {
  tokens: number;
  head: string[];
  tail: string[];
}

function readEdges(harness: KernelHarness): Edges {
  const start = harness.view.getUint32(harness.scratch + SCRATCH_EDGES, true);
  const bytes = harness.view.getUint32(harness.scratch + SCRATCH_EDGES_BYTES, true);
  const split = harness.view.getUint32(start + 4, true);
  const read = (from: number, to: number) => {
    const words: string[] = [];
    while (from < to) {
      const length = harness.view.getUint32(from, true);
      words.push(new TextDecoder().decode(harness.bytes.slice(from + 4, from + 4 + length)));
      from += 4 + length;
    }
    return words;
  };
  return {
    tokens: harness.view.getUint32(start, true),
    head: read(start + 8, start + split),
    tail: read(start + split, start + bytes),
  };
}

const EDGES: { text: string; n: number; head: string[]; tail: string[] }[] = [
  { text: "", n: 3, head: [], tail: [] },
  { text: "one", n: 3, head: ["one"], tail: ["one"] },
  { text: "one two", n: 3, head: ["one", "two"], tail: ["one", "two"] },
  { text: "One two three four", n: 3, head: ["one", "two"], tail: ["three", "four"] },
  { text: "one two three", n: 2, head: ["one"], tail: ["three"] },
  { text: "a b c d e f", n: 5, head: [..."abcd"], tail: [..."cdef"] },
  { text: "x ".repeat(9000) + "y".repeat(9000), n: 2, head: ["x"], tail: ["y".repeat(9000)] },
];

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} leaves the edge words of a chunk of n-grams`, async () => {
    const harness = await KernelHarness.create(build);
    for (const { text, n, head, tail } of EDGES) {
      harness.open({ ngram: n });
      const { tokens } = harness.map(text);
      assertEquals(readEdges(harness), { tokens, head, tail });
    }
    harness.open({ ngram: 3, lineBound: true });
    harness.map("a b c d");
    assertEquals(harness.view.getUint32(harness.scratch + SCRATCH_EDGES, true), 0);
  });

  Deno.test(`${build} counts n-grams of words of every length`, async () => {
    const harness = await KernelHarness.create(build);
    const lengths = [1, 2, 3, 5, 8, 13, 30, 5000, 4093, 4094, 4095, 9000];
    const words = Array.from({ length: 4000 }, (_, i) => {
      const length = i % 97 === 0 ? lengths[i % lengths.length] : 1 + i % 9;
      return String.fromCharCode(0x61 + i % 5).repeat(length);
    });
    for (const n of [2, 3, 4, 5]) {
      const grams = words.slice(n - 1).map((_, i) => words.slice(i, i + n).join(" "));
      const options = { ngram: n, lineBound: true };
      assertEquals(harness.run([words.join(" ")], options).counts, countNaive(grams), `n = ${n}`);
      assertEquals(harness.run([words.join("\n")], options).counts, []);
    }
  });

  Deno.test(`${build} replaces or rejects what is not UTF-8`, async () => {
    const harness = await KernelHarness.create(build);
    const text = new Uint8Array([
      ...new TextEncoder().encode("ok "),
      0xff,
      0x20,
      0xe2,
      0x82,
      0x20,
      0x61,
    ]);
    harness.open({ tokenizer: "whitespace" });
    assertEquals(harness.map(text), { tokens: 4, replaced: 2 });
    assertEquals(harness.get(JOB_PAGES), 1, "the repaired copy is freed");
    assertEquals(
      harness.reduce().toArray(),
      [
        { key: "\ufffd", count: 2 },
        { key: "a", count: 1 },
        { key: "ok", count: 1 },
      ].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)),
    );
    harness.open({ tokenizer: "whitespace", reject: true });
    const { start, bytes } = harness.put(text);
    assertEquals(harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0), INVALID_UTF8);
    assertEquals(harness.view.getUint32(harness.scratch + SCRATCH_BAD_OFFSET, true), 3);
    assertEquals(harness.get(JOB_TABLES), 0);
  });

  Deno.test(`${build} applies filters to final keys`, async () => {
    const harness = await KernelHarness.create(build);
    const text = "The the THE Élan élan été a to of Ab abc";
    const count = (options: object) =>
      [...harness.count(text, { tokenizer: "whitespace", ...options }).keys()].sort();
    assertEquals(count({ stopWords: ["the", "élan", "zzz"] }), [
      "a",
      "ab",
      "abc",
      "of",
      "to",
      "été",
    ]);
    assertEquals(count({ minChars: 3 }), ["abc", "the", "élan", "été"]);
    assertEquals(count({ maxChars: 1 }), ["a"]);
    assertEquals(count({ prefix: "é" }), ["élan", "été"]);
    assertEquals(count({ prefix: "ab", minChars: 3 }), ["abc"]);
    const many = Array.from({ length: 40_000 }, (_, i) => `w${i}`);
    assertEquals(count({ stopWords: [...many, "a", "to", "of", "ab", "abc", "été"] }), [
      "the",
      "élan",
    ]);
  });

  Deno.test(`${build} normalizes keys and merges what becomes equal`, async () => {
    const harness = await KernelHarness.create(build);
    const text = "é e\u0301 É E\u0301 \u212b å \u03b1\u0345\u0301";
    const counts = harness.count(text, { tokenizer: "whitespace", nfc: true });
    assertEquals(counts, new Map([["é", 4], ["å", 2], ["\u03ac\u03b9", 1]]));
  });

  Deno.test(`${build} folds the case of keys given as such`, async () => {
    const harness = await KernelHarness.create(build);
    const keys = encodePackedTexts(["Ab c", "aB C", "É", "é", ""]);
    assertEquals(
      harness.count(keys, { tokenizer: "keys" }),
      new Map([["ab c", 2], ["é", 2], ["", 1]]),
    );
  });

  Deno.test(`${build} counts a key of 40 MB`, async () => {
    const harness = await KernelHarness.create(build, { pages: 4096, textBytes: 100 << 20 });
    const key = "Key".repeat(13_000_000);
    const { counts } = harness.run([`${key} ${key} x`]);
    assertEquals(counts.length, 2);
    assert(counts[0].key === key.toLowerCase() && counts[0].count === 2);
  });
}

Deno.test("a small job costs what its text does, and little more", async () => {
  const harness = await KernelHarness.create("words");
  const line = "the quick brown fox jumps over the lazy dog and runs away ";
  const costOf = (text: string) => {
    harness.open({ top: 100 });
    const { start, bytes } = harness.put(text);
    return wallMs(() => {
      harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0);
      harness.kernel.partitionTable(harness.job, 0);
      harness.kernel.reducePartition(harness.job, 0);
      harness.kernel.finishJob(harness.job);
    });
  };
  const [small, large] = [70, 7000].map((lines) => line.repeat(lines));
  const { holds, text } = costsLess(() => costOf(small), 1 / 10, () => costOf(large));
  assert(holds, text);
});
