import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { joinKeyParts } from "../../../src/contract/compound_keys.ts";
import { JobError } from "../../../src/contract/problems.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { StemText } from "../../../src/engine/stages/stem_text.ts";
import { loadStemmer } from "../../../src/engine/stages/stemmer.ts";
import type { CountOptions } from "../../../src/mod.ts";
import { Segment } from "../../../src/reduce/segment.ts";
import { cancelAtAnyMoment, startSmall } from "../../support/modules/engine_runs.ts";
import { groupByLemma, groupByStem, type LemmaRow } from "../../support/oracle/oracle_groups.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { soon } from "../../support/waits.ts";

const STEMS = [
  "walk",
  "hous",
  "a",
  "run",
  "é",
  "e\u{301}",
  "z\u{10ffff}",
  "a\u{1}",
  "\u{2}",
  "a!b",
];
const ENDS = ["", "s", "ed", "ing", "es", "e", "'s", "\u{1}", "\u{2}", "ization"];

/** A text of forms, and how often each is there. */
function randomForms(random: Random, tokens: number, distinct: number) {
  const words = Array.from(
    { length: distinct },
    (_, i) => `${random.pick(STEMS)}${i % 7 ? "" : i}${random.pick(ENDS)}`,
  );
  const counts = new Map<string, number>();
  const text = Array.from({ length: tokens }, () => {
    const word = words[Math.min(random.below(distinct), random.below(distinct))];
    counts.set(word, (counts.get(word) ?? 0) + 1);
    return word;
  }).join(" ");
  return { text, counts };
}

const AS_THEY_ARE = { tokenizer: "whitespace", case: "preserve", top: 0 } as const;

async function rowsOf(
  engine: Engine,
  text: string,
  options: Partial<CountOptions>,
  lemmas?: Segment,
): Promise<[string, number][]> {
  const { segment } = await soon(engine.submit(text, options, { lemmas }).done);
  const rows = segment.toArray().map(({ key, count }): [string, number] => [key, count]);
  segment.close();
  return rows;
}

/** A table as the engine takes it. */
function tableOf(rows: readonly LemmaRow[]): Segment {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const keys = rows.map(([form, lemma, count]): [string, number] => {
    const parts = [form, lemma].map((part) => encoder.encode(part));
    return [decoder.decode(joinKeyParts(parts)), count];
  });
  return Segment.from(keys.sort(([a], [b]) => a < b ? -1 : 1)); // no surrogates in them
}

for (const workers of [1, 2]) {
  Deno.test(`Engine puts forms of one stem in a group, with ${workers} workers`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    await using engine = await startSmall({ workers });
    const stem = await loadStemmer("en");
    for (const [tokens, distinct] of [[1, 1], [3000, 200], [60_000, 20_000]]) {
      const { text, counts } = randomForms(random, tokens, distinct);
      const what = `MILLRACE_SEED=${seed} ${tokens} tokens`;
      const expected = groupByStem(counts, stem);
      const group = "stem(en)";
      assertEquals(await rowsOf(engine, text, { ...AS_THEY_ARE, group }), expected, what);
      const { totals } = await soon(engine.submit(text, { ...AS_THEY_ARE, group, top: 1 }).done);
      assertEquals([totals.keys, totals.counted], [expected.length, tokens], what);
    }
  });
}

Deno.test("Engine looks forms up in a table, and takes the lemma that counts most", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  const { text, counts } = randomForms(random, 20_000, 3000);
  const forms = [...counts.keys()].filter((form) => !form.includes("\u{10ffff}"));
  const rows = new Map<string, LemmaRow>();
  for (let i = 0; i < 3000; i++) {
    const form = random.oneIn(3) ? `absent${i}` : random.pick(forms);
    const lemma = random.pick(["walk", "é", "a\u{1}\u{2}b", random.pick(forms)]);
    rows.set(JSON.stringify([form, lemma]), [form, lemma, random.between(1, 3)]);
  }
  const table = [...rows.values()];
  const shown = await rowsOf(engine, text, { ...AS_THEY_ARE, group: "lemma(t)" }, tableOf(table));
  assertEquals(shown, groupByLemma(counts, table), `MILLRACE_SEED=${seed}`);
  const none = await rowsOf(engine, "b a b", { group: "lemma(t)" }, Segment.empty());
  assertEquals(none, [["b", 2], ["a", 1]]);
});

Deno.test("Engine orders and cuts groups, not forms", async () => {
  await using engine = await startSmall();
  const text = "Runs running RUN walks walked walking sleep house houses";
  const rows = (options: Partial<CountOptions>) =>
    rowsOf(engine, text, { group: "stem(en)", ...options });
  // Of forms that count alike the bytewise least one is shown.
  const all: [string, number][] = [["run", 3], ["walked", 3], ["house", 2], ["sleep", 1]];
  assertEquals(await rows({}), all);
  assertEquals(await rows({ top: 2 }), all.slice(0, 2));
  assertEquals(await rows({ min: 2 }), all.slice(0, 3));
  assertEquals(await rows({ max: 2 }), all.slice(2));
  assertEquals(await rows({ min: 2, max: 2, top: 1 }), [["house", 2]]);
  assertEquals(await rows({ min: 3, order: "key", prefix: "w" }), [["walked", 3]]);
  const bounded = await soon(engine.submit(text, { group: "stem(en)", min: 3 }).done);
  assertEquals([bounded.totals.keys, bounded.totals.counted, bounded.segment.keys], [4, 9, 2]);
  assertEquals(await rows({ order: "key" }), all.toSorted(([a], [b]) => a < b ? -1 : 1));
  assertEquals(await rows({ prefix: "WALKE" }), [["walked", 3]]);
  assertEquals(await rows({ prefix: "walki" }), [], "a form that is not shown");
  assertEquals(await rows({ n: 2, top: 1 }), [["running run", 2]], "a stem for each word");
  assertEquals(await rows({ case: "preserve", prefix: "R" }), [["RUN", 1], ["Runs", 1]]);
  assertEquals(await rowsOf(engine, "- -", { group: "stem(de)" }), []);
});

Deno.test("Engine groups keys of records, as they are folded", async () => {
  await using engine = await startSmall();
  const csv = "id,noun\n1,Häuser\n2,Haus\n3,Hauses\n4,Maus\n";
  const options = { key: ["column(noun)"], case: "fold", group: "stem(de)" } as const;
  assertEquals(await rowsOf(engine, csv, options), [["haus", 3], ["maus", 1]]);
});

Deno.test("Engine refuses groups of values, of keys of several parts, and without a table", async () => {
  await using engine = await startSmall();
  const rows: [Partial<CountOptions>, typeof Error | typeof JobError, string][] = [
    [{ key: ["column(1)"], value: "column(2)" }, JobError, "keys have values"],
    [{ key: ["column(1)", "column(2)"] }, JobError, "keys have several parts"],
    [{ partition: "range", borders: ["g"] }, RangeError, "its borders are of keys"],
    [{ group: "lemma(x)" }, RangeError, "no table of lemmas comes with lemma(x)"],
    [{ group: "stem(xx)" }, RangeError, "is not stem(LANGUAGE) with one of ar, ca,"],
  ];
  for (const [options, kind, said] of rows) {
    assertThrows(() => engine.submit("a", { group: "stem(en)", ...options }), kind, said);
  }
});

Deno.test("Engine ends a job in groups that is cancelled at any moment, and keeps no memory", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const { text, counts } = randomForms(random, 30_000, 15_000);
  const groups = groupByStem(counts, await loadStemmer("en"));
  await using engine = await startSmall();
  const options = { ...AS_THEY_ARE, group: "stem(en)" };
  await cancelAtAnyMoment(engine, random, () => engine.submit(text, options), ({ segment }) => {
    const rows = segment.toArray().map(({ key, count }) => [key, count]);
    assertEquals(rows, groups, `MILLRACE_SEED=${seed}`);
  });
});

Deno.test("StemText lets others run while it makes stems", async () => {
  const keys = Segment.from(Array.from({ length: 20_000 }, (_, i) => [`w${i}`, 1] as const));
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  try {
    const text = new StemText(keys, await loadStemmer("en"));
    for await (const _ of text.chunks(1 << 20));
    assert(turns >= 5, `${turns} turns`);
  } finally {
    clearInterval(timer);
  }
  const cancelled = new StemText(keys, (key) => key);
  cancelled.cancel();
  await assertRejects(() => Array.fromAsync(cancelled.chunks(1 << 20)), Error, "nobody reads");
});
