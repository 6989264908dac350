import { assert, assertEquals } from "@std/assert";
import {
  JOB_PAGE_LIMIT,
  JOB_PAGES,
  JOB_STATE,
  JOB_STOPPED,
  KEY_BEGINS_LINE,
  OK,
  OUT_OF_PAGES,
  SCRATCH_BEAT,
  STOPPED,
} from "../../assembly/layout.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import { AWKWARD_KEYS } from "../support/oracle/awkward_keys.ts";
import { type JobOptions, KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";

const FILTERS: JobOptions = { tokenizer: "whitespace", ngram: 2, stopWords: ["x"] };

interface Row {
  name: string;
  text: string | string[];
  options: JobOptions;
  counts: Record<string, number>;
}

const ROWS: Row[] = [
  {
    name: "leaves out n-grams that hold a stop word",
    text: "of the of the cat sat",
    options: { ngram: 2, stopWords: ["of", "the"] },
    counts: { "cat sat": 1 },
  },
  {
    name: "leaves out n-grams of stop words alone",
    text: "of the of the cat sat",
    options: { ngram: 2, stopWords: ["of", "the"], stopAll: true },
    counts: { "cat sat": 1, "the cat": 1 },
  },
  {
    name: "leaves out an n-gram that is listed as a whole",
    text: "new york new york",
    options: { ngram: 2, stopWords: ["new york"] },
    counts: { "york new": 1 },
  },
  {
    name: "compares folded what keeps its case",
    text: "The Cat THE cat",
    options: { case: "preserve", stopWords: ["the"] },
    counts: { Cat: 1, cat: 1 },
  },
  {
    name: "compares folded the tokens of n-grams that keep their case",
    text: "Straße und STRASSE Und Haus Hof",
    options: { tokenizer: "whitespace", case: "preserve", ngram: 2, stopWords: ["strasse", "und"] },
    counts: { "Haus Hof": 1 },
  },
  {
    name: "normalizes what it compares",
    text: "É e\u0301t Hof x",
    options: { tokenizer: "whitespace", nfc: true, case: "preserve", stopWords: ["é", "ét"] },
    counts: { Hof: 1, x: 1 },
  },
  {
    name: "tells a token with a space from two tokens",
    text: ["a b", "c", "a", "b c", "x"],
    options: { tokenizer: "keys", ngram: 2, stopWords: ["a"] },
    counts: { "a b c": 1, "b c x": 1 },
  },
  {
    name: "sees empty tokens",
    text: "a\n\n\nb",
    options: { tokenizer: "lines", ngram: 2, stopWords: ["a"] },
    counts: { " ": 1, " b": 1 },
  },
  {
    name: "keeps the CR of a line",
    text: "a\r\na\n\r\r\n\r",
    options: { tokenizer: "lines", keepCR: true },
    counts: { "a\r": 1, a: 1, "\r\r": 1, "\r": 1 },
  },
];

for (const build of KERNEL_BUILDS) {
  for (const { name, text, options, counts } of ROWS) {
    Deno.test(`${build} ${name}`, async () => {
      const harness = await KernelHarness.create(build);
      const chunk = typeof text === "string" ? text : encodePackedTexts(text);
      harness.open(options);
      harness.map(chunk);
      const segment = harness.reduce().toArray();
      assertEquals(Object.fromEntries(segment.map(({ key, count }) => [key, count])), counts);
    });
  }

  Deno.test(`${build} filters a long n-gram again when there was no page for its forms`, async () => {
    const harness = await KernelHarness.create(build);
    const long = "É".repeat(40_000);
    const options: JobOptions = { ngram: 2, tokenizer: "whitespace", stopWords: ["b"] };
    for (const scarce of [{}, { case: "preserve" as const }]) {
      harness.open({ ...options, ...scarce, pageLimit: 1000 });
      harness.map(`a ${long} ${long} b`);
      let refused = 0;
      const pages = harness.get(JOB_PAGES);
      for (let more = 0, status = OUT_OF_PAGES; status !== OK; more++) {
        harness.set(JOB_PAGE_LIMIT, pages + more);
        status = harness.kernel.partitionTable(harness.job, 0);
        if (status === OUT_OF_PAGES) refused++;
      }
      harness.set(JOB_PAGE_LIMIT, 1000);
      const keys = harness.reduce().toArray().map(({ key }) => key.toLowerCase()).sort();
      const e = long.toLowerCase();
      assertEquals(keys.map((key) => key.length), [`a ${e}`.length, `${e} ${e}`.length]);
      assertEquals(keys, [`a ${e}`, `${e} ${e}`]);
      assert(refused > 2, `only ${refused} calls had no page`);
    }
  });

  Deno.test(`${build} leaves long n-grams with the first poll when the job is stopped`, async () => {
    const harness = await KernelHarness.create(build);
    const beat = () => harness.view.getUint32(harness.scratch + SCRATCH_BEAT, true);
    for (const [kind, make] of Object.entries(AWKWARD_KEYS)) {
      for (const folding of ["fold", "preserve"] as const) {
        harness.open({ ...FILTERS, case: folding, nfc: true });
        harness.map(`a ${make(16 * 0x10000)}`);
        harness.set(JOB_STATE, JOB_STOPPED);
        const before = beat();
        assertEquals(harness.kernel.partitionTable(harness.job, 0), STOPPED, kind);
        assert(beat() - before <= 16, `${beat() - before} polls, ${kind}`);
      }
    }
  });

  Deno.test(`${build} ends n-grams of key records where a line begins, whatever their length`, async () => {
    const harness = await KernelHarness.create(build);
    const records = encodePackedTexts(["0123456789", "0123456789", "b", "c"]);
    const view = new DataView(records.buffer);
    view.setUint32(28, 1 | KEY_BEGINS_LINE, true);
    harness.open({ tokenizer: "keys", ngram: 2, lineBound: true });
    harness.map(records);
    const keys = harness.reduce().toArray().map(({ key }) => key).sort();
    assertEquals(keys, ["0123456789 0123456789", "b c"]);
  });
}
