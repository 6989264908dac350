import { assertEquals, assertRejects } from "@std/assert";
import type { CountOptions } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { JobInput } from "../../src/engine/job_contract.ts";
import { findJsonBreak } from "../../workers/key_sources/json_break.ts";
import { startSmall } from "../support/modules/engine_runs.ts";
import { freshSeed, Random } from "../support/random.ts";
import { concat, randomlyCut } from "../support/streams.ts";
import { TempFiles } from "../support/temp_files.ts";
import { soon } from "../support/waits.ts";

// Where a broken record is said to be, against what is known of the text that it was put into: over
// any chunks, in any of several texts, from any source.

const CASES = Math.min(Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 250, 500);

const encode = (text: string) => new TextEncoder().encode(text);
const LF = 0x0a;

/** A text in which something is wrong at a byte. */
interface Broken {
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the record begins that the problem is about. */
  start: number;
  /** Where it breaks. */
  at: number;
}

interface Kind {
  name: string;
  options: Partial<CountOptions>;
  code: "broken_record" | "invalid_utf8";
  head: string;
  line(random: Random): string;
  /** A record, and where in it it breaks. */
  broken(random: Random): [record: string, at: number];
}

const jsonLine = (random: Random) =>
  random.oneIn(9)
    ? random.pick(["", " ", "\r"])
    : JSON.stringify({ a: random.pick(["x", "é", 1]), b: ["y".repeat(random.below(200))] });

const csvLine = (random: Random) =>
  `${random.pick(["a", "é", '"b"', '"c\nd"', '"e""\n\n,f"'])},${"y".repeat(random.below(200))}`;

const KINDS: Kind[] = [
  {
    name: "NDJSON",
    options: { key: ["json($.a)"] },
    code: "broken_record",
    head: "",
    line: jsonLine,
    broken: (random) =>
      random.pick<[string, number]>([
        ['{"b":1,}', 7],
        ['  {"a" 1}', 7],
        ['{"b":{"c":"é"},"a":x}', 20],
        ['{"b":"\\q","a":', 7],
        ['{"a":[1,2', 9],
        ['{"a":01}', 6],
        ['{"a":1.2.3,"b":1}', 8],
        ['{"b":1,"a":true1}', 15],
        ['{"b":1,"a":"x\ty"}', 13],
        ["nonsense", 0],
      ]),
  },
  {
    name: "CSV",
    options: { key: ["column(1)"] },
    code: "broken_record",
    head: "",
    line: csvLine,
    broken: (random) =>
      random.pick<[string, number]>([
        ['x,"open', 2],
        ['"x"",y', 0],
        ['"x",é"\n"",z', 6],
      ]),
  },
  {
    name: "CSV with a header",
    options: { key: ["column(name)"], header: true },
    code: "broken_record",
    head: 'name,"a\nb\n"\n',
    line: csvLine,
    broken: () => ['"x",é,"open', 7],
  },
  {
    name: "bytes that are no UTF-8",
    options: { key: ["field(1)"], invalid: "reject" },
    code: "invalid_utf8",
    head: "",
    line: (random) => `${random.pick(["a", "é"])} ${"y".repeat(random.below(200))}`,
    broken: () => ["é \u0001 z", 3],
  },
];

function linesOf(random: Random, kind: Kind, bytes: number): string {
  let text = "";
  while (text.length < bytes) text += kind.line(random) + random.pick(["\n", "\n", "\r\n"]);
  return text;
}

/** A good text, or one that is broken somewhere. */
function makeText(random: Random, kind: Kind, isBroken: boolean): Broken {
  const size = () => random.oneIn(3) ? random.below(150_000) : random.below(300);
  const before = kind.head + linesOf(random, kind, size());
  if (!isBroken) return { bytes: encode(before), start: -1, at: -1 };
  const [record, breaksAt] = kind.broken(random);
  const after = linesOf(random, kind, size()).replaceAll(
    kind.name.startsWith("CSV") ? '"' : "\0",
    "'",
  );
  const bytes = encode(before + record + random.pick(["\n", "\r\n"]) + after);
  const start = encode(before).length;
  const at = start + breaksAt;
  if (kind.code === "invalid_utf8") {
    bytes[at] = 0xff;
    return { bytes, start: at, at };
  }
  return { bytes, start, at };
}

/** Whether threads read files where they lie: Deno 2.5 has no part of that. */
const readsFiles = "tryLock" in Deno.FsFile.prototype;

/** What a text is handed in as. */
function asPart(random: Random, files: TempFiles, { bytes }: Broken, name: string) {
  switch (random.below(readsFiles ? 4 : 3)) {
    case 0:
      return { text: bytes, name };
    case 1:
      return { text: randomlyCut(bytes, random), name };
    case 2:
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    default:
      return { text: { path: files.write(`${name}.txt`, bytes) }, name };
  }
}

async function refuse(engine: Engine, input: JobInput, options: Partial<CountOptions>) {
  const { done } = engine.submit(input, options);
  const { code, details } = await assertRejects(() => soon(done), JobError);
  const { line, column, offset, part } = details;
  return { code, line, column, offset, part };
}

function expected({ code }: Kind, { bytes, start, at }: Broken, part?: number) {
  const line = bytes.subarray(0, at).filter((byte) => byte === LF).length + 1;
  const column = at - (at === 0 ? 0 : bytes.lastIndexOf(LF, at - 1) + 1) + 1;
  return { code, line, column, offset: start, part };
}

for (const kind of KINDS) {
  Deno.test(`a problem says in which line and byte a text breaks, over any chunks: ${kind.name}`, async () => {
    await using engine = await startSmall();
    using files = new TempFiles();
    const seed = freshSeed();
    const random = new Random(seed);
    for (let i = 0; i < CASES; i++) {
      const what = `MILLRACE_SEED=${seed}, case ${i}`;
      const alone = makeText(random, kind, true);
      const bytes = alone.bytes;
      const input = random.oneIn(2) ? bytes : randomlyCut(bytes, random);
      assertEquals(await refuse(engine, input, kind.options), expected(kind, alone), what);

      const broken = random.below(5);
      const texts = Array.from({ length: 5 }, (_, at) => makeText(random, kind, at === broken));
      const parts = texts.map((text, at) =>
        // A string is UTF-8.
        at === broken && kind.code === "invalid_utf8"
          ? { text: text.bytes, name: `${at}` }
          : asPart(random, files, text, `${i}-${at}`)
      );
      const found = await refuse(engine, { texts: parts }, kind.options);
      assertEquals(found, expected(kind, texts[broken], broken), `${what}, of several`);
    }
  });
}

Deno.test("bytes that were replaced before a broken record move neither its line nor its offset", async () => {
  await using engine = await startSmall();
  const random = new Random(1);
  for (const kind of KINDS.slice(0, 3)) {
    const { bytes, ...broken } = makeText(random, kind, true);
    const bad = concat(encode(kind.head), Uint8Array.of(0x20, 0xff, 0xff, LF));
    const rest = bytes.subarray(kind.head.length);
    const isJson = kind.name === "NDJSON";
    const lead = isJson ? concat(encode('{"a":"'), Uint8Array.of(0xff), encode('"}\n')) : bad;
    const moved = lead.length - (isJson ? 0 : kind.head.length);
    const text = {
      bytes: concat(lead, isJson ? bytes : rest),
      start: broken.start + moved,
      at: broken.at + moved,
    };
    assertEquals(await refuse(engine, text.bytes, kind.options), expected(kind, text), kind.name);
  }
});

Deno.test("a problem of a record that begins amidst a line has no byte of that", async () => {
  await using engine = await startSmall();
  const bytes = encode("x".repeat(200_000));
  bytes[150_000] = 0xff;
  const chunk = { key: ["regex(x)"], records: "chunk", invalid: "reject" } as const;
  const long = await refuse(engine, bytes, chunk);
  assertEquals([long.line, long.column, long.offset], [1, undefined, 150_000]);
  const short = await refuse(engine, bytes.subarray(149_999), chunk);
  assertEquals([short.line, short.column, short.offset], [1, 2, 1]);
  bytes[100_000] = LF;
  const fixed = { key: ["regex(x)"], records: "fixed:10" };
  const amidst = await refuse(engine, bytes, fixed);
  assertEquals([amidst.line, amidst.column, amidst.offset], [2, undefined, 150_000]);
});

Deno.test("a problem of a header is of the first line, and says of which text", async () => {
  await using engine = await startSmall();
  const options = { key: ["column(a)"], header: true };
  const text = (content: string, name: string) => ({ text: encode(content), name });
  const rows: [string, string, string][] = [
    ["a,b\n1,2\n", '"a,b\n', "broken_record"],
    ["a,b\n1,2\n", "b,a\n", "columns_differ"],
    ["a,b\n1,2\n", "b\n", "unknown_column"],
    ["a,b\n1,2\n", "a,a\n", "repeated_column"],
  ];
  for (const [one, other, code] of rows) {
    const job = engine.submit({ texts: [text(one, "one"), text(other, "other")] }, options);
    const error = await assertRejects(() => soon(job.done), JobError);
    const { line, part, name } = error.details;
    assertEquals([error.code, line, part, name], [code, 1, 1, "other"]);
  }
});

Deno.test("findJsonBreak() finds the first byte that no JSON goes on with", () => {
  const rows: [string, number | undefined][] = [
    ['{"a":[1,-2.5e+3,true,false,null,"\\u00e9\\n",{}],"b":{}}', undefined],
    [" [] ", undefined],
    ["", 0],
    ["[1 2]", 3],
    ["[1,]", 3],
    ["{a:1}", 1],
    ['{"a"}', 4],
    ['{"a":1 "b":2}', 7],
    ['{"a":1}}', 7],
    ['["a', 3],
    ['["\\u12x4"]', 6],
    ['["\t"]', 2],
    ["01", 1],
    ["-", 0],
    ["tru", 0],
    ["[[[[", 4],
    ["1e5 x", 4],
  ];
  for (const [json, at] of rows) assertEquals(findJsonBreak(encode(json)), at, json);
  assertEquals(findJsonBreak(encode("[".repeat(1e6) + "]".repeat(1e6))), undefined);
});

Deno.test("findJsonBreak() finds something wherever JSON.parse does, and nothing elsewhere", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const pieces = [...'{}[]:,"\\ 01.-eEtfn\n', '"a"', "true", "null", "12", "\\u00e9", "é"];
  for (let i = 0; i < CASES * 100; i++) {
    const json = random.oneIn(2)
      ? Array.from({ length: random.below(9) }, () => random.pick(pieces)).join("")
      : mutate(random, JSON.stringify({ a: [1, { b: "x\n" }, null], c: -1.5e7 }), pieces);
    let isJson = true;
    try {
      JSON.parse(json);
    } catch {
      isJson = false;
    }
    const at = findJsonBreak(encode(json));
    assertEquals(at === undefined, isJson, `MILLRACE_SEED=${seed}: ${json}`);
  }
});

function mutate(random: Random, text: string, pieces: readonly string[]): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(["", random.pick(pieces)]) +
    text.slice(at + random.below(2));
}
