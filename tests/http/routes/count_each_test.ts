import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startCounting } from "../../support/algebra.ts";
import { COMPRESS } from "../../support/compress.ts";
import { type Asked, assertProblem, createTestApp, post } from "../../support/http/test_app.ts";
import { GENERATORS } from "../../support/oracle/generate_text.ts";
import { Random } from "../../support/random.ts";
import { pause, until } from "../../support/waits.ts";

const NDJSON = { headers: { "content-type": "application/x-ndjson" } };

interface Answer {
  tokens: number;
  keys: number;
  counted: number;
  counts: [key: string, count: number][];
  replacements?: number;
  /** Of a problem. */
  type?: string;
  line?: number;
  detail?: string;
}

async function countEach(app: Asked, body: BodyInit, query = ""): Promise<Answer[]> {
  const response = await post(app, `/v1/count?each=true&${query}`, body, NDJSON);
  assertEquals(response.headers.get("content-type"), "application/x-ndjson");
  return readAnswers(await response.text());
}

function readAnswers(text: string): Answer[] {
  assert(text === "" || text.endsWith("\n"));
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** What a request of its own answers for a text. */
async function countAlone(app: Asked, text: string, query: string): Promise<Answer> {
  const response = await post(app, `/v1/count?${query}`, JSON.stringify({ text }), {
    headers: { "content-type": "application/json" },
  });
  const { totals, counts } = await response.json();
  const { tokens, keys, counted } = totals;
  const pairs = counts.map(({ key, count }: { key: string; count: number }) => [key, count]);
  return { tokens, keys, counted, counts: pairs };
}

Deno.test("each=true answers for each text what a request of its own answers", async () => {
  await using test = await startCounting();
  const random = new Random(11);
  const generators = Object.values(GENERATORS);
  const queries = [
    "",
    "top=0&order=key",
    "n=2&min=2",
    "tokenizer=lines&top=3",
    "tokenizer=whitespace&case=fold&normalization=nfc",
    "stop=en&minLength=2&prefix=t",
    "tokenizer=ascii&n=3&lineBound=true",
  ];
  for (const query of queries) {
    const texts = Array.from({ length: 24 }, (_, i) => {
      const size = i === 12 ? 90_000 : random.below(1500);
      return random.pick(generators)(random, size).toWellFormed();
    }).filter((text) => text !== "");
    const lines = texts.map((text, i) => JSON.stringify(i % 2 ? text : { id: i, text }));
    const answers = await countEach(test.app, lines.join("\n"), query);
    const alone = [];
    for (const text of texts) alone.push(await countAlone(test.app, text, query));
    assertEquals(answers, alone, query);
  }
});

Deno.test("each=true answers thousands of lines in their order, at its ends and within", async () => {
  await using test = await startCounting();
  const lines = Array.from({ length: 30_000 }, (_, i) => `{"text":"w${i} ${"x ".repeat(i % 40)}"}`);
  const answers = await countEach(test.app, lines.join("\n") + "\n", "order=key&top=1");
  assertEquals(answers.length, lines.length);
  answers.forEach(({ tokens, counts }, i) => {
    assertEquals([tokens, counts], [1 + i % 40, [[`w${i}`, 1]]]);
  });
});

Deno.test("each=true tells of a bad line with its number, and goes on", async () => {
  await using test = await startCounting();
  const body = [
    '"a"',
    "",
    "nonsense",
    '{"word": 1}',
    '{"text": "b", "text": "c"}',
    "[1]",
    " \t\r",
    `"${"z".repeat(1024 * 1024 + 1)}"`,
    `"${"long ".repeat(2_000_000)}"`,
    '""',
    '"\\ud800 b"',
    '"z"',
  ].join("\n");
  const answers = await countEach(test.app, body);
  const shown = answers.map(({ type, line, tokens }) => type === undefined ? tokens : [type, line]);
  const json = "urn:millrace:problem:invalid-json";
  const large = "urn:millrace:problem:body-too-large";
  assertEquals(shown, [
    1,
    [json, 3],
    [json, 4],
    [json, 5],
    [json, 6],
    [large, 8],
    [large, 9],
    0,
    1,
    1,
  ]);
  assertEquals(answers[8], { ...answers[9], replacements: 1, counts: [["b", 1]] });
  assertStringIncludes(answers[5].detail!, "1048576");
  const [, , refused] = await countEach(test.app, '"a"\n"b"\n"\\ud800"', "invalid=reject");
  assertEquals([refused.type, refused.line], ["urn:millrace:problem:invalid-utf8", 3]);
});

Deno.test("each=true with only=totals answers no keys", async () => {
  await using test = await startCounting();
  assertEquals(await countEach(test.app, '"a b a"\n"c"', "only=totals"), [
    { tokens: 3, keys: 2, counted: 3 },
    { tokens: 1, keys: 1, counted: 1 },
  ] as unknown as Answer[]);
});

Deno.test("each=true counts texts of a megabyte of different words", async () => {
  await using test = await startCounting();
  const words = Array.from({ length: 170_000 }, (_, i) => i.toString(36).padStart(5, "0"));
  const text = words.join(" ");
  const [answer] = await countEach(test.app, JSON.stringify(text), "order=key&top=2");
  assertEquals([answer.tokens, answer.keys, answer.counts.length], [170_000, 170_000, 2]);
});

Deno.test("each=true refuses options that have no meaning there, and other bodies", async () => {
  await using test = await createTestApp();
  const rows = [
    ["kernel=log-status", "kernel"],
    ["tokenizer=icu", "tokenizer"],
    ["tokenizer=template", "tokenizer"],
    ["tokenizer=pattern&patterns=a", "tokenizer"],
    ['tokenizer=template&where=record="a"', "where"],
    ["key=column(1)", "key"],
    ["partition=range&borders=m", "partition"],
    ["columns=share", "columns"],
    ["form=true", "form"],
    ["format=csv", "format"],
    ["csvBom=true", "csvBom"],
  ];
  for (const [query, parameter] of rows) {
    const response = await post(test.app, `/v1/count?each=true&${query}`, '"a"', NDJSON);
    assertEquals((await assertProblem(response, 400, "invalid-parameter")).parameter, parameter);
  }
  const ask = (init: RequestInit, body: BodyInit | null = '"a"') =>
    post(test.app, "/v1/count?each=true", body, init);
  const headers = (more: Record<string, string>) => ({ headers: { ...NDJSON.headers, ...more } });
  await assertProblem(await ask(headers({ accept: "text/csv" })), 406, "not-acceptable");
  await assertProblem(await ask(headers({ accept: "text/event-stream" })), 406, "not-acceptable");
  const type = { "content-type": "application/json" };
  await assertProblem(await ask(headers(type)), 415, "unsupported-media");
  await assertProblem(await ask(NDJSON, null), 400, "empty-body");
  const job = await post(test.app, "/v1/jobs?each=true", '"a"', NDJSON);
  await assertProblem(job, 400, "unknown-parameter");
});

Deno.test("each=true reads compressed bodies and other charsets, and compresses", async () => {
  await using test = await startCounting();
  const body = '"é b"\n'.repeat(500);
  const gzipped = COMPRESS.gzip(new TextEncoder().encode(body));
  const headers = {
    ...NDJSON.headers,
    "content-encoding": "gzip",
    "accept-encoding": "gzip",
  };
  const response = await post(test.app, "/v1/count?each=true", gzipped, { headers });
  assertEquals(response.headers.get("content-encoding"), "gzip");
  const plain = response.body!.pipeThrough(new DecompressionStream("gzip"));
  const answers = readAnswers(await new Response(plain).text());
  assertEquals(answers.length, 500);
  assertEquals(answers[499].counts, [["b", 1], ["é", 1]]);
  const latin1 = new Uint8Array([0x22, 0xe9, 0x22]);
  const [answer] = await countEach(test.app, latin1, "charset=latin1");
  assertEquals(answer.counts, [["é", 1]]);
});

Deno.test("each=true says in a last line that a body broke", async () => {
  await using test = await startCounting();
  const body = '"to be or not to be"\n'.repeat(50_000);
  const gzipped = COMPRESS.gzip(new TextEncoder().encode(body));
  const headers = { ...NDJSON.headers, "content-encoding": "gzip" };
  // What has come before the break is counted; how much that is, is the decompressor's to say.
  const cut = gzipped.subarray(0, gzipped.length - 200);
  const response = await post(test.app, "/v1/count?each=true", cut, { headers });
  const answers = readAnswers(await response.text());
  const last = answers.at(-1)!;
  assertEquals([last.type, last.line], ["urn:millrace:problem:invalid-encoding", undefined]);
});

/** A body without end, and how much of it was asked for. */
function endless() {
  const piece = new TextEncoder().encode(`"${"to be or not to be ".repeat(50)}"\n`.repeat(60));
  const state = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      state.pulled += piece.length;
      controller.enqueue(piece.slice());
    },
    cancel: () => void (state.cancelled = true),
  }, { highWaterMark: 0 });
  return { stream, state };
}

Deno.test("each=true reads no further than answers are taken, and ends with its client", async () => {
  await using test = await startCounting();
  const { stream, state } = endless();
  const request = new Request("http://localhost/v1/count?each=true", {
    ...NDJSON,
    method: "POST",
    body: stream,
  });
  const response = await test.app.fetch(request);
  const reader = response.body!.getReader();
  await reader.read();
  let before = -1;
  await until(async () => {
    const still = before === state.pulled;
    before = state.pulled;
    await pause(100);
    return still && before === state.pulled;
  });
  assert(state.pulled < 4 * 1024 * 1024, `${state.pulled} bytes were read ahead`);
  const then = state.pulled;
  for (let i = 0; i < 40; i++) await reader.read();
  assert(state.pulled > then);
  await reader.cancel();
  await until(() => state.cancelled);
});
