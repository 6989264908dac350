import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { CountOptions } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { JobInput, JobResult } from "../../src/engine/job_contract.ts";
import type { TextInput } from "../../src/input/text_input.ts";
import { RECORD_SAMPLES } from "../support/record_samples.ts";
import { writeLines } from "../support/results.ts";

function csvOf(result: JobResult): string {
  const csv = writeLines(result, "csv");
  result.segment.close();
  return csv;
}

/** Many copies of a text, without its header from the second on. */
function repeat(text: string, times: number, { header }: { header: boolean }): string {
  const rest = header ? text.slice(text.indexOf("\n") + 1) : text;
  return text + rest.repeat(times - 1);
}

for (const { name, text, asked, csv, told: [records, missing, notNumbers] } of RECORD_SAMPLES) {
  Deno.test(`Engine answers ${name}`, async () => {
    await using engine = await Engine.start({ workers: 2 });
    const inputs: JobInput[] = [text, new Response(text).body!, { texts: [text] }];
    for (const input of inputs) {
      const result = await engine.submit(input, asked).done;
      assertEquals(csvOf(result), csv);
      const tallies = { records, missing, notNumbers, skipped: 0, skippedAt: [] };
      assertEquals(result.records, tallies);
    }
  });
}

Deno.test("Engine answers the same, however a text is cut into chunks", async () => {
  const cut = RECORD_SAMPLES.map((sample) => {
    const header = sample.asked.header === true ||
      /column\([a-z]/.test(sample.asked.key?.[0] ?? "");
    return { ...sample, text: repeat(sample.text, 6000, { header }) };
  });
  await using whole = await Engine.start({ workers: 1 });
  const expected = await Promise.all(
    cut.map(async ({ text, asked }) => {
      const result = await whole.submit(text, asked).done;
      return [result.records, csvOf(result)] as const;
    }),
  );
  for (const chunkBytes of [1000, 60_000, 70_000, 100_000]) {
    await using engine = await Engine.start({ workers: 2, chunkBytes });
    for (const [i, { name, text, asked }] of cut.entries()) {
      const result = await engine.submit(new Response(text).body!, asked).done;
      assert(result.chunks > 1, `${name}: ${result.chunks}`);
      assertEquals([result.records, csvOf(result)], [...expected[i]], `${name} ${chunkBytes}`);
    }
  }
});

const CSV: Partial<CountOptions> = { key: ["column(name)"] };

const parts = (...texts: string[]): JobInput => ({
  texts: texts.map((text, i) => ({ name: `${i}.csv`, text: new TextEncoder().encode(text) })),
});

const BROKEN: [what: string, JobInput, Partial<CountOptions>, code: string, details: object][] = [
  ["a column that does not exist", "nam,b\n1,2\n", CSV, "unknown_column", {
    column: "name",
    nearest: "nam",
    columns: ["nam", "b"],
  }],
  [
    "a number beyond the header",
    "a,b\n1,2\n",
    { key: ["column(3)"], header: true },
    "unknown_column",
    {
      column: 3,
      columns: ["a", "b"],
    },
  ],
  ["a name that repeats", "name,b,name\n1,2,3\n", CSV, "repeated_column", { places: [1, 3] }],
  [
    "a header that another text has at another place",
    parts("name,b\n1,2\n", "b,name\n"),
    CSV,
    "columns_differ",
    {
      column: "name",
      part: 1,
      name: "1.csv",
    },
  ],
  [
    "a column of another name",
    parts("a\n1\n", "b\n2\n"),
    { key: ["column(1)"], header: true },
    "columns_differ",
    {
      found: { place: 1, name: "b" },
    },
  ],
  ["a header with an open quote", '"name\n1,2\n', CSV, "broken_record", { offset: 0 }],
  ["a row with an open quote", 'name\nx\n"y\nz\n', CSV, "broken_record", { offset: 7 }],
  ["JSON that breaks", '{"a":1}\n{"a":\n', { key: ["json($.a)"] }, "broken_record", { offset: 8 }],
];

for (const [what, input, asked, code, details] of BROKEN) {
  Deno.test(`Engine refuses ${what}`, async () => {
    await using engine = await Engine.start({ workers: 1 });
    const error = await assertRejects(() => engine.submit(input, asked).done, JobError);
    assertEquals(error.code, code, error.message);
    for (const [name, value] of Object.entries(details)) {
      assertEquals(error.details[name], value, name);
    }
  });
}

Deno.test("Engine skips records that break, and says where the first five stand", async () => {
  await using engine = await Engine.start({ workers: 1 });
  const text = '{"a":1}\n{"a":\n'.repeat(7);
  const asked = { key: ["json($.a)"], onError: "skip" } as const;
  const { records, segment } = await engine.submit(text, asked).done;
  assertEquals(segment.toArray(), [{ key: "1", count: 7 }]);
  const skippedAt = [8, 22, 36, 50, 64];
  assertEquals(records, { records: 14, missing: 0, notNumbers: 0, skipped: 7, skippedAt });
});

Deno.test("Engine counts the byte order mark where it says which records it has skipped", async () => {
  await using engine = await Engine.start({ workers: 1 });
  const asked = { key: ["json($.a)"], onError: "skip" } as const;
  const marked = new TextEncoder().encode('\ufeff{"a":1}\n{"a":\n');
  const placesIn = async (input: TextInput) => (await engine.submit(input, asked).done).records;
  const stream = () => ReadableStream.from([marked]);
  for (const input of [marked.slice(), stream(), { texts: [{ text: stream() }] }]) {
    assertEquals((await placesIn(input))?.skippedAt, [11]);
  }
  const two = await placesIn({ texts: [{ text: stream() }, { text: stream() }] });
  assertEquals(two?.skippedAt, [11, marked.length + 11]);
});

Deno.test("Engine takes words that are asked for as JSON has them, and no others", async () => {
  await using engine = await Engine.start({ workers: 1 });
  const numbers =
    "0 -0 7 10 1.5 0.05 -1.0 1e5 1E+05 2.5e-07 01 -01 00 1.2.3 1.e5 1ee5 1e5e5 1e5.5 1-2 +1 0x1";
  const words = [
    "true",
    "false",
    "null",
    "true1",
    "nulll",
    "falsey",
    "1_0",
    "1a",
    "1 ",
    '1"a"',
  ];
  for (const word of [...numbers.split(" "), ...words]) {
    for (const [text, path] of [[`{"a":${word}}`, "$.a"], [`[${word}, 2]`, "$[0]"], [word, "$"]]) {
      const { done } = engine.submit(text, { key: [`json(${path})`] });
      const isJson = isParsed(text);
      const found = await done.then(({ segment }) => segment.toArray()[0]?.key, ({ code }) => code);
      const expected = word === "null" ? undefined : word.trim();
      assertEquals(found, isJson ? expected : "broken_record", text);
    }
  }
});

Deno.test("Engine takes strings that are asked for without bytes that JSON wants escaped", async () => {
  await using engine = await Engine.start({ workers: 1 });
  const strings = [
    "",
    "a",
    "a\tb",
    "\u0000",
    "\u001f",
    "a long one, and its last byte\r",
    " ",
    "é\u007f",
  ];
  const keys = {
    "$.a": '{"a":"KEY","b":1}',
    "$.b": '{"a":"\\n","b":"KEY"}',
    "$[0]": '["KEY",\t2]',
  };
  for (const [path, line] of Object.entries(keys)) {
    for (const string of strings) {
      const text = line.replace("KEY", string);
      const { done } = engine.submit(text, { key: [`json(${path})`] });
      const found = await done.then(({ segment }) => segment.toArray()[0]?.key, ({ code }) => code);
      const expected = string === "" ? undefined : string; // an empty key is none
      assertEquals(found, isParsed(text) ? expected : "broken_record", JSON.stringify(text));
    }
  }
});

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

Deno.test("Engine counts no header, and nothing of a text that has nothing else", async () => {
  await using engine = await Engine.start({ workers: 1 });
  const { totals, records } = await engine.submit(parts("name", "name\r\n", ""), CSV).done;
  assertEquals([totals.keys, totals.bytes, records?.records], [0, 10, 0]);
});

Deno.test("Engine takes keys out of no words, and has one kernel", async () => {
  await using engine = await Engine.start({ workers: 1 });
  const error = await assertRejects(
    () => engine.submit(["a", "b"], { key: ["record"] }).done,
    JobError,
  );
  assertEquals(error.code, "unsupported_media");
  const kernel = { id: "x", module: new Uint8Array(), options: new Uint8Array() };
  const manifest = { abi: 1, records: "line", output: "keys", options: [] } as const;
  assertThrows(
    () => engine.submit("a", { key: ["record"] }, { kernel: { ...kernel, manifest } }),
    RangeError,
    "makes the keys itself",
  );
});

Deno.test("Engine refuses regular expressions that no automaton can be made of", async () => {
  await using engine = await Engine.start({ workers: 1 });
  const rows: [Partial<CountOptions>, parameter: string, position: number][] = [
    [{ key: ["field(1)"], value: "regex(a(?=b))" }, "value", 2],
    [{ key: ["field(1)"], where: 'record ~ "é*+"' }, "where", 4],
    [{ key: ["field(1)"], match: "((a{1000}){1000}){1000}" }, "match", 1],
  ];
  for (const [asked, parameter, position] of rows) {
    const error = assertThrows(() => engine.submit("a", asked), JobError);
    assertEquals([error.code, error.details.parameter], ["invalid_parameter", parameter]);
    assertEquals(error.details.position, position, error.message);
  }
});

Deno.test("Engine counts records of fixed length, and takes those that cut characters for broken", async () => {
  const bytes = new TextEncoder().encode("abcdéfééxabc".repeat(400) + "ab");
  const expected = new Map<string, number>();
  const broken: number[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < bytes.length; at += 4) {
    try {
      const key = decoder.decode(bytes.subarray(at, at + 4));
      expected.set(key, (expected.get(key) ?? 0) + 1);
    } catch {
      broken.push(at);
    }
  }
  assert(broken.length > 5 && expected.size > 5);
  const asked = { key: ["record"], records: "fixed:4" };
  for (const chunkBytes of [1000, 262_016]) {
    await using engine = await Engine.start({ workers: 2, chunkBytes });
    const { done } = engine.submit(new Response(bytes).body!, { ...asked, onError: "skip" });
    const result = await done;
    const { records, skipped, skippedAt } = result.records!;
    assertEquals([records, skipped, skippedAt], [
      Math.ceil(bytes.length / 4),
      broken.length,
      broken.slice(0, 5),
    ]);
    const rows = csvOf(result).trimEnd().split("\r\n").slice(1).map((row) => row.split(","));
    assertEquals(new Map(rows.map(([key, count]) => [key, Number(count)])), expected);
    const error = await assertRejects(() => engine.submit(bytes, asked).done, JobError);
    assertEquals([error.code, error.details?.offset], ["broken_record", broken[0]]);
    // What is no UTF-8 is left out, and moves no other record.
    const odd = Uint8Array.from([0x61, 0x62, 0xff, 0x63, 0x64, 0x65, 0x66]);
    const left = await engine.submit(odd, { ...asked, records: "fixed:2", onError: "skip" }).done;
    assertEquals(csvOf(left), "key,count\r\nab,1\r\nde,1\r\nf,1\r\n");
  }
});

Deno.test("Engine takes a chunk for one record", async () => {
  await using engine = await Engine.start({ workers: 1 });
  const asked: Partial<CountOptions> = { key: ["regex(b+)"], records: "chunk" };
  const result = await engine.submit("a b\nbb b\n", asked).done;
  assertEquals([csvOf(result), result.records?.records], ["key,count\r\nb,1\r\n", 1]);
});
