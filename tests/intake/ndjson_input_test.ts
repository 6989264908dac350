import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import type { DocumentOptions } from "../../src/intake/json_input.ts";
import { LINE_BYTES, readNdjson } from "../../src/intake/ndjson_input.ts";
import { encodeLatin1, encodeWide } from "../support/oracle/charsets.ts";
import { until } from "../support/waits.ts";
import { concat, streamOf } from "../support/streams.ts";

interface Read {
  kind: "words" | "texts";
  strings: string[];
  replacements: number;
}

interface ReadOptions extends DocumentOptions {
  cut?: number;
  isSequence?: boolean;
}

async function read(
  body: Uint8Array | ReadableStream<Uint8Array>,
  { cut = 1 << 20, isSequence, ...options }: ReadOptions = {},
): Promise<Read> {
  const stream = body instanceof Uint8Array ? streamOf(body, cut) : body;
  const input = await readNdjson(stream, {}, options, isSequence);
  const kind = "words" in input ? "words" : "texts";
  const strings = "words" in input ? input.words : input.texts;
  const all = await Array.fromAsync(strings as AsyncIterable<string>);
  return { kind, strings: all, replacements: input.document!.replacements };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

const GOOD: { name: string; body: Uint8Array; options?: ReadOptions; read: Partial<Read> }[] = [
  { name: "words", body: utf8('"a"\n"b c"\n'), read: { kind: "words", strings: ["a", "b c"] } },
  {
    name: "texts",
    body: utf8('{"text":"to be"}\n{"id":1,"text":"or","tags":{"text":2}}'),
    read: { kind: "texts", strings: ["to be", "or"] },
  },
  {
    name: "blank lines, and ends of other kinds",
    body: utf8('\n \t\r\n"é"\r\n\n"\\n"\n\r\n'),
    read: { kind: "words", strings: ["é", "\n"] },
  },
  { name: "an empty string", body: utf8('""\n'), read: { kind: "words", strings: [""] } },
  {
    name: "a byte order mark",
    body: utf8('\ufeff"a"\n'),
    read: { kind: "words", strings: ["a"] },
  },
  {
    name: "UTF-16 by its mark",
    body: encodeWide('\ufeff"é"\n"b"\n', "utf-16be"),
    read: { kind: "words", strings: ["é", "b"] },
  },
  {
    name: "another charset by its label",
    body: encodeLatin1('"\xe9"\n'),
    options: { charset: "latin1" },
    read: { kind: "words", strings: ["é"], replacements: 0 },
  },
  {
    name: "what is no UTF-8, in lines of their own",
    body: encodeLatin1('{"text":"a\xff"}\n{"text":"\xc3"}\n{"text":"\xa9"}\n'),
    read: { strings: ["a\ufffd", "\ufffd", "\ufffd"], replacements: 3 },
  },
  {
    name: "a sequence of records",
    body: utf8('\x1e{\n"text": "to\\nbe"\n}\n\x1e{"text":"or"}\n'),
    options: { isSequence: true },
    read: { kind: "texts", strings: ["to\nbe", "or"] },
  },
];

for (const { name, body, options, read: expected } of GOOD) {
  Deno.test(`readNdjson() reads ${name}, wherever the body is cut`, async () => {
    for (let cut = 1; cut <= body.length; cut++) {
      const found = await read(body, { cut, ...options });
      assertEquals({ ...found, ...expected }, found, `in pieces of ${cut}`);
    }
  });
}

const BAD: {
  name: string;
  body: Uint8Array;
  options?: ReadOptions;
  code: string;
  line?: number;
}[] = [
  { name: "nothing", body: utf8(""), code: "empty_body" },
  { name: "blank lines alone", body: utf8("\n\n \n"), code: "empty_body" },
  { name: "a number", body: utf8('"a"\n\n5\n'), code: "invalid_json", line: 3 },
  { name: "null", body: utf8("null\n"), code: "invalid_json", line: 1 },
  { name: "an array", body: utf8('["a"]\n'), code: "invalid_json", line: 1 },
  { name: "no JSON", body: utf8('"a"\nb\n'), code: "invalid_json", line: 2 },
  { name: "two values", body: utf8('"a" "b"\n'), code: "invalid_json", line: 1 },
  { name: "a line that ends early", body: utf8('"a"\n"b'), code: "invalid_json", line: 2 },
  {
    name: "a document of several lines",
    body: utf8('{\n"text": 1}'),
    code: "invalid_json",
    line: 1,
  },
  { name: "an object without text", body: utf8('{"url":"x"}'), code: "invalid_json", line: 1 },
  { name: "an inherited member", body: utf8('{"toString":"x"}'), code: "invalid_json", line: 1 },
  { name: "a text that is none", body: utf8('{"text":null}'), code: "invalid_json", line: 1 },
  { name: "a word among texts", body: utf8('{"text":"a"}\n"b"'), code: "invalid_json", line: 2 },
  { name: "a text among words", body: utf8('"b"\n\n{"text":"a"}'), code: "invalid_json", line: 3 },
  { name: "a member twice", body: utf8('{"text":5,"text":"b"}'), code: "invalid_json", line: 1 },
  {
    name: "other text twice",
    body: utf8('{"text":"b","te\\u0078t":"b"}'),
    code: "invalid_json",
    line: 1,
  },
  {
    name: "what is no UTF-8",
    body: encodeLatin1('"a"\n"\xe9"\n"\xff"\n'),
    options: { invalid: "reject" },
    code: "invalid_utf8",
    line: 2,
  },
  {
    name: "UTF-16 without a mark",
    body: encodeWide('"a"\n"b"\n', "utf-16le"),
    code: "unknown_charset",
  },
];

for (const { name, body, options, code, line } of BAD) {
  Deno.test(`readNdjson() refuses ${name}, wherever the body is cut`, async () => {
    for (let cut = 1; cut <= body.length + 1; cut++) {
      const error = await assertRejects(() => read(body, { cut, ...options }), JobError);
      assertEquals([error.code, error.details.line], [code, line], `in pieces of ${cut}`);
    }
  });
}

const BAD_RECORDS: { name: string; body: string; code: string; record: number }[] = [
  { name: "one that is cut", body: '\x1e"a"\n\x1e"b"\n\x1e"c', code: "invalid_json", record: 3 },
  { name: "the first one", body: '\x1e"a', code: "invalid_json", record: 1 },
  { name: "one without a separator", body: '"a', code: "invalid_json", record: 1 },
  {
    name: "one behind empty ones",
    body: '\x1e\x1e\n\x1e"a"\n\x1e\x1e5\n',
    code: "invalid_json",
    record: 2,
  },
  { name: "one of several lines", body: '\x1e"a"\n\x1e[\n1\n]\n', code: "invalid_json", record: 2 },
  {
    name: "one of another kind",
    body: '\x1e"a"\n\x1e{"text":""}',
    code: "invalid_json",
    record: 2,
  },
  { name: "no UTF-8", body: '\x1e"a"\n\x1e\x1e"\xff"\n', code: "invalid_utf8", record: 2 },
];

for (const { name, body, code, record } of BAD_RECORDS) {
  Deno.test(`readNdjson() names the record of a JSON sequence: ${name}`, async () => {
    for (let cut = 1; cut <= body.length; cut++) {
      const options = { cut, isSequence: true, invalid: "reject" } as const;
      const error = await assertRejects(
        () => read(encodeLatin1(body), options),
        JobError,
        `record ${record}`,
      );
      assertEquals([error.code, error.details.record], [code, record], `in pieces of ${cut}`);
      assertEquals(error.details.line, undefined);
      if (code === "invalid_json") assertStringIncludes(error.message, "JSON sequence");
    }
  });
}

Deno.test("readNdjson() bounds a line and goes on behind one that is within it", async () => {
  const long = (length: number) => utf8(`"${"a".repeat(length)}"\n`);
  const body = concat(utf8('"b"\n'), long(3_000_000), utf8('"c"\n'.repeat(1000)));
  const { strings } = await read(body, { cut: 10_000 });
  assertEquals(strings.map((each) => each.length), [1, 3_000_000, ...Array(1000).fill(1)]);
  const error = await assertRejects(
    () => read(long(LINE_BYTES + 100_000), { cut: 65_536 }),
    JobError,
  );
  assertEquals(error.code, "body_too_large");
  assertEquals(error.details, { limit: LINE_BYTES, line: 1 });
});

Deno.test("readNdjson() reads no further than its reader, and ends its body with an error", async () => {
  let pulled = 0;
  let cancelled = false;
  const line = utf8('"word"\n'.repeat(10_000));
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(pulled++ === 10 ? utf8("5\n") : line),
    cancel: () => void (cancelled = true),
  }, { highWaterMark: 0 });
  const input = await readNdjson(body, {}, {});
  const words = ("words" in input ? input.words : []) as AsyncIterable<string>;
  const strings = words[Symbol.asyncIterator]();
  for (let i = 0; i < 1000; i++) await strings.next();
  assert(pulled < 4, `${pulled} pulls`);
  const error = await assertRejects(async () => {
    while (!(await strings.next()).done);
  }, JobError);
  assertEquals([error.code, error.details.line], ["invalid_json", 100_001]);
  await until(() => cancelled);
});
