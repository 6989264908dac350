import { assertEquals, assertRejects } from "@std/assert";
import { joinKeyParts } from "../../src/contract/compound_keys.ts";
import type { CountOptions } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import { WORD_TOKENIZERS } from "../../src/contract/token_options.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { JobInput } from "../../src/engine/job_contract.ts";
import { startSmall } from "../support/modules/engine_runs.ts";
import { keysOf, type OracleOptions } from "../support/oracle/oracle.ts";
import { freshSeed, Random } from "../support/random.ts";
import { TempFiles } from "../support/temp_files.ts";

// Words in groups, and the parts of an input, from options to counts: an engine against plain TypeScript.

interface Part {
  name: string;
  text: string;
}

const ROUNDS = 6;
const PIECES = [
  "the ",
  "The ",
  "THE",
  "é",
  "É",
  "e\u0301 ",
  "ẞ",
  "x1.5 ",
  "it's ",
  "漢字",
  "\r\n",
  "\n",
  ", ",
];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const joined = (...parts: string[]) =>
  decoder.decode(joinKeyParts(parts.map((part) => encoder.encode(part))));

function randomText(random: Random, bytes: number): string {
  let text = "";
  while (text.length < bytes) {
    text += random.oneIn(400) ? "w".repeat(random.below(20_000)) : random.pick(PIECES);
  }
  return text;
}

/** Some are empty, most are short, and one has several chunks. */
function randomParts(random: Random): Part[] {
  return Array.from({ length: random.between(2, 12) }, (_, i) => ({
    name: random.pick([`dir/${i}.txt`, `${i} "é",\x01`, "same"]),
    text: randomText(random, i === 1 ? 150_000 : random.below(3) * random.below(2000)),
  }));
}

/** Options, and the same for the oracle. */
function randomFilters(random: Random): [Partial<CountOptions>, OracleOptions] {
  const folding = random.pick(["fold", "preserve"] as const);
  const nfc = random.oneIn(2);
  const minChars = random.below(4);
  const stopWords = random.oneIn(2) ? ["the", "x1.5"] : [];
  const prefix = random.oneIn(4) ? "t" : "";
  return [
    { case: folding, normalization: nfc ? "nfc" : "none", minLength: minChars, stopWords, prefix },
    { case: folding, nfc, minChars, stopWords, prefix },
  ];
}

/** The parts as one input: texts, streams of bytes, or files that threads read. */
function inputOf(parts: readonly Part[], kind: string, files: TempFiles): JobInput {
  if (kind === "strings") return { texts: parts.map(({ text }) => text) };
  return {
    texts: parts.map(({ name, text }, i) => {
      if (kind === "files") return { name, text: { path: files.write(`${i}`, text) } };
      return { name, text: new Response(text).body! };
    }),
  };
}

function countOf(keys: Iterable<string>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => a < b ? -1 : 1));
}

async function count(engine: Engine, input: JobInput, options: Partial<CountOptions>) {
  const { segment } = await engine.submit(input, { top: 0, ...options }).done;
  const rows = segment.toArray().map(({ key, count }): [string, number] => [key, count]);
  segment.close();
  return Object.fromEntries(rows.sort(([a], [b]) => a < b ? -1 : 1));
}

/** Counts random parts, and how many of them have each word, and compares with the oracle. */
async function tryParts(engine: Engine, random: Random, kind: string, seed: string) {
  using files = new TempFiles();
  const tokenizer = random.pick(WORD_TOKENIZERS);
  const parts = randomParts(random);
  const [options, filters] = randomFilters(random);
  const asked = { tokenizer, ...options };
  const words = parts.flatMap(({ name, text }, i) => {
    const part = kind === "strings" ? `${i}` : name;
    return keysOf(text, tokenizer, filters).filter((word) => word !== "")
      .map((word) => ({ part, word }));
  });
  const what = `${seed}: ${JSON.stringify(asked)}`;
  assertEquals(
    await count(engine, inputOf(parts, kind, files), { ...asked, by: ["part"] }),
    countOf(words.map(({ part, word }) => joined(part, word))),
    what,
  );
  const pairs = new Map(words.map(({ part, word }) => [joined(part, word), word]));
  const distinct = { ...asked, key: ["word"], value: "part", agg: ["distinct"] } as const;
  assertEquals(
    await count(engine, inputOf(parts, kind, files), distinct),
    countOf(pairs.values()),
    what,
  );
}

for (const kind of ["strings", "streams", "files"]) {
  Deno.test({
    name: `an engine counts the words of each part, of ${kind}, and the parts of each word`,
    ignore: kind === "files" && !("tryLock" in Deno.FsFile.prototype), // Deno 2.5 reads no files
    async fn() {
      const seed = freshSeed();
      const random = new Random(seed);
      await using engine = await startSmall({ workers: random.between(1, 3) });
      for (let round = 0; round < ROUNDS; round++) {
        await tryParts(engine, random, kind, `MILLRACE_SEED=${seed}, ${round}`);
      }
    },
  });
}

Deno.test("an engine counts the words of a column by another one, whatever the chunks", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (const chunkBytes of [1000, 70_000]) {
    await using engine = await startSmall({ chunkBytes });
    const rows = Array.from({ length: 4000 }, () => ({
      group: random.pick(["a", "b", "B", "é"]),
      text: randomText(random, random.below(90)),
    }));
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const csv = "text,group\n" +
      rows.map(({ group, text }) => `${quoted(text)},${group}\n`).join("");
    const keys = rows.flatMap(({ group, text }) =>
      keysOf(text, "unicode", { minChars: 2 }).map((word) => joined(group, word))
    );
    const options = { key: ["word(column(text))"], by: ["column(group)"], minLength: 2 };
    assertEquals(await count(engine, csv, options), countOf(keys), `MILLRACE_SEED=${seed}`);
    const { records } = await engine.submit(csv, options).done;
    const empty = rows.filter(({ text }) => keysOf(text, "unicode").length === 0).length;
    assertEquals([records?.records, records?.missing], [rows.length, empty]);
  }
});

Deno.test("an engine takes words as records, each of which conditions and keys look at", async () => {
  await using engine = await startSmall();
  const text = "Alpha beta\n42 a1, Apple".repeat(9000);
  const words = keysOf(text, "unicode", { case: "preserve" });
  const asked = { key: ["record"], records: "word" };
  assertEquals(
    await count(engine, text, { ...asked, where: 'record ^= "A"' }),
    countOf(words.filter((word) => word.startsWith("A"))),
  );
  assertEquals(
    await count(engine, text, { ...asked, key: ["regex([0-9]+)"], match: "2" }),
    countOf(words.flatMap((word) => /[0-9]+/.exec(word) ?? []).filter((key) => key.includes("2"))),
  );
});

Deno.test("an engine counts thousands of parts in little memory", async () => {
  await using engine = await Engine.start({ workers: 2, memoryBytes: 64 * 1024 * 1024 });
  const numbers = [...Array(5000).keys()];
  const texts = { texts: numbers.map((i) => `common w${i % 7}`) };
  const counts = await count(engine, texts, { by: ["part"] });
  assertEquals(Object.keys(counts).length, 10_000);
  const distinct = { key: ["word"], value: "part", agg: ["distinct"] } as const;
  assertEquals((await count(engine, texts, { ...distinct, prefix: "c" })).common, 5000);
});

Deno.test("an engine counts parts of names as long as paths may be", async () => {
  await using engine = await startSmall();
  const name = "long/".repeat(819);
  const long = { texts: [{ name, text: encoder.encode("to be ".repeat(100_000)) }] };
  assertEquals(await count(engine, long, { by: ["part"] }), {
    [joined(name, "be")]: 100_000,
    [joined(name, "to")]: 100_000,
  });
});

Deno.test("an engine refuses a record of more words in long groups than memory holds", async () => {
  await using engine = await startSmall();
  const document = { group: "g".repeat(2000), text: "a b ".repeat(30_000) };
  const asked = { key: ["word(json($.text))"], by: ["json($.group)"] };
  const { done } = engine.submit(JSON.stringify(document), asked);
  const error = await assertRejects(() => done, JobError, "shorter groups");
  assertEquals(error.code, "kernel_out_of_memory");
});

Deno.test("an engine repairs parts that are no UTF-8, and keeps their names", async () => {
  await using engine = await Engine.start({ workers: 2 });
  const parts = ["a\xff", "\xffb \xff"].map((text, i) => ({
    name: `${i}`,
    text: Uint8Array.from(text, (char) => char.charCodeAt(0)),
  }));
  const { segment, totals } = await engine.submit({ texts: parts }, { by: ["part"] }).done;
  assertEquals(segment.toArray().map(({ key }) => key), [joined("0", "a"), joined("1", "b")]);
  assertEquals(totals.replacements, 3);
});
