import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { startCounting } from "../support/algebra.ts";
import { createTestApp, post } from "../support/http/test_app.ts";

const TEXT = "a banana and an ananas\n";

/** A server, and how a body with a query is counted there. */
async function start() {
  const { app, ...test } = await startCounting({ engine: { workers: 1 } });
  const ask = (query: string, body: BodyInit, type?: string, path = "/v1/count") =>
    post(app, `${path}?${query}`, body, type ? { headers: { "content-type": type } } : {});
  return { ...test, app, ask };
}

/** A form of the parts that are said: `name` is a field, `name=file` a file. */
function formOf(...parts: [name: string, content: string][]): FormData {
  const form = new FormData();
  for (const [each, content] of parts) {
    const [name, file] = each.split("=");
    if (file === undefined) form.append(name, content);
    else form.append(name, new File([content], file));
  }
  return form;
}

const PATTERNS = "tokenizer=pattern&format=tsv";
const json = (document: unknown) => [JSON.stringify(document), "application/json"] as const;

Deno.test("a body of JSON or a form brings lists that a query has no room for", async () => {
  await using site = await start();
  const rows: [string, string, string, ...(readonly [BodyInit, string?])][] = [
    ["a text of JSON", PATTERNS, "anas\t1\n", ...json({ text: "ananas", patterns: ["anas"] })],
    ["texts of JSON", PATTERNS, "a b\t2\n", ...json({ patterns: ["a b"], texts: ["a b", "a b "] })],
    ["a field", PATTERNS, "an\t5\nanas\t1\n", formOf(["patterns", "an\r\nanas"], ["text", TEXT])],
    ["a file", PATTERNS, "an\t5\nanas\t1\n", formOf(["patterns=p", "an\nanas\n"], ["text", TEXT])],
    ["a mark", PATTERNS, "é\t1\n", formOf(["patterns=p", "\ufeffé\n"], ["any=t.txt", "né"])],
    ["a CR of a file", PATTERNS, "b\r\t1\n", formOf(["patterns=p", "b\r\n"], ["text=t", "b\rb\n"])],
    [
      "stop words of JSON",
      "format=tsv",
      "banana\t1\n",
      ...json({ text: "the banana", stopWords: ["the"] }),
    ],
    [
      "stop words that other options are of no use without",
      "n=2&stopMode=all&format=tsv",
      "a b\t1\n",
      formOf(["stopWords", "a\nthe"], ["text", "a b\n"]),
    ],
    [
      "words of a list",
      "stop=en&format=tsv",
      "be\t1\n",
      formOf(["keep", "be\nnobody"], ["text", "be or not"]),
    ],
    [
      "borders",
      "partition=range&order=key&format=tsv",
      "a\t1\nb\t1\n",
      ...json({ text: "b a", borders: ["b"] }),
    ],
    ["an empty list", "format=tsv", "a\t1\n", ...json({ text: "a", patterns: [], stopWords: [] })],
  ];
  for (const [name, query, answer, body, type] of rows) {
    const response = await site.ask(query, body, type);
    assertEquals([response.status, await response.text()], [200, answer], name);
    const job = await site.ask(query, body, type, "/v1/jobs");
    const { links } = await job.json();
    const result = await site.app.request(`${links.result}?format=tsv&wait=30`);
    assertEquals(await result.text(), answer, `${name}, as a job`);
  }
});

Deno.test("ten thousand patterns of a body are found, and the answer says which they were", async () => {
  await using site = await start();
  const patterns = Array.from({ length: 10_000 }, (_, i) => `<${i}>`);
  const text = patterns.join("\n");
  const response = await site.ask("tokenizer=pattern&top=0", ...json({ text, patterns }));
  const { options, totals } = await response.json();
  assertEquals([totals.keys, totals.counted], [10_000, 10_000]);
  assertEquals(options.patterns, patterns);
  const job = await site.ask(PATTERNS, ...json({ text, patterns }), "/v1/jobs");
  assertEquals((await job.json()).options.patterns, patterns);
});

const many = Array.from({ length: 10_001 }, (_, i) => `${i}`);
const REFUSED: [string, string, BodyInit, string | undefined, Record<string, unknown>, RegExp][] = [
  [
    "too many",
    PATTERNS,
    ...json({ text: "a", patterns: many }),
    { parameter: "patterns", limit: 10_000 },
    /10001 items, and the limit is 10000$/,
  ],
  [
    "too many lines",
    PATTERNS,
    formOf(["patterns", many.join("\n")], ["text", "a"]),
    undefined,
    { parameter: "patterns", limit: 10_000 },
    /limit is 10000$/,
  ],
  [
    "a long one",
    PATTERNS,
    ...json({ text: "a", patterns: ["a", "b".repeat(1025)] }),
    { parameter: "patterns", item: 2, limit: 1024 },
    /item 2 has 1025 characters, and the limit is 1024$/,
  ],
  [
    "too many bytes",
    PATTERNS,
    formOf(["patterns", "b".repeat(2_000_000)], ["text", "a"]),
    undefined,
    { parameter: "patterns", limit: 2 ** 20 },
    /more than 1048576 bytes$/,
  ],
  [
    "too many bytes of stop words",
    "",
    ...json({ text: "a", stopWords: ["b".repeat(2 ** 20), "c"] }),
    { parameter: "stopWords", limit: 2 ** 20 },
    /more than 1048576 bytes$/,
  ],
  [
    "an empty one",
    PATTERNS,
    formOf(["patterns", "a\r\n\r\nb"], ["text", "a"]),
    undefined,
    { parameter: "patterns", item: 2 },
    /item 2 is empty$/,
  ],
  [
    "no list",
    PATTERNS,
    ...json({ text: "a", patterns: "a" }),
    {},
    /'patterns' is a string, not an array$/,
  ],
  [
    "no list of texts",
    PATTERNS,
    ...json({ text: "a", patterns: ["a", 1] }),
    { index: 1 },
    /'patterns' element 1 is a number$/,
  ],
  [
    "query and body",
    `${PATTERNS}&patterns=a`,
    ...json({ text: "a", patterns: ["b"] }),
    { parameter: "patterns", values: ["the query", "the body"] },
    /the 'patterns' of the query and of the body; say it once$/,
  ],
  [
    "two fields",
    PATTERNS,
    formOf(["patterns", "a"], ["patterns", "b"], ["text", "a"]),
    undefined,
    { parameter: "patterns" },
    /of one field and of another; say it once$/,
  ],
  [
    "behind a text",
    PATTERNS,
    formOf(["text", "a"], ["patterns", "b"]),
    undefined,
    { parameter: "tokenizer", other: "patterns" },
    /nothing to look for/,
  ],
  [
    "others behind a text",
    "",
    formOf(["text", "a"], ["keep", "b"]),
    undefined,
    { part: 1, name: "keep" },
    /list 'keep' is behind a text; lists come first$/,
  ],
  [
    "patterns of another tokenizer",
    "",
    ...json({ text: "a", patterns: ["b"] }),
    { parameter: "patterns", other: "tokenizer" },
    /only tokenizer=pattern does$/,
  ],
  [
    "none in a body that may bring some",
    PATTERNS,
    ...json({ text: "a" }),
    { parameter: "tokenizer", other: "patterns" },
    /nothing to look for/,
  ],
  [
    "none in a body that cannot",
    PATTERNS,
    "a",
    "text/plain",
    { parameter: "tokenizer", other: "patterns" },
    /nothing to look for/,
  ],
  [
    "patterns beside a kernel",
    "kernel=csv-group",
    ...json({ text: "a", patterns: ["b"] }),
    { parameter: "patterns", other: "kernel", nearest: "option.patterns" },
    /kernel=csv-group does not read it/,
  ],
  [
    "patterns over lines of JSON, which are texts alone",
    PATTERNS,
    '{"text":"a","patterns":["a"]}\n',
    "application/x-ndjson",
    { parameter: "tokenizer", other: "patterns" },
    /nothing to look for/,
  ],
  [
    "patterns that are no UTF-8",
    PATTERNS,
    '--b\r\ncontent-disposition: form-data; name="patterns"\r\ncontent-transfer-encoding: base64' +
    '\r\n\r\n/w==\r\n--b\r\ncontent-disposition: form-data; name="text"\r\n\r\na\r\n--b--',
    "multipart/form-data; boundary=b",
    { part: 0, name: "patterns", offset: 0 },
    /byte 0 begins no valid UTF-8/,
  ],
];

for (const [name, query, body, type, members, detail] of REFUSED) {
  Deno.test(`a list of a body is refused: ${name}`, async () => {
    await using site = await start();
    for (const path of ["/v1/count", "/v1/jobs"]) {
      const response = await site.ask(query, body, type, path);
      const problem = await response.json();
      assertObjectMatch(problem, members);
      assertMatch(problem.detail, detail);
    }
    assertEquals((await (await site.app.request("/v1/jobs")).json()).jobs, []);
  });
}

Deno.test("a page of jobs ends where their lists are long, and says where it goes on", async () => {
  await using test = await createTestApp();
  const stopWords = Array.from({ length: 1000 }, (_, i) => `${i}`.padStart(1000, "w"));
  const [body, type] = json({ text: "a", stopWords });
  for (let i = 0; i < 7; i++) {
    await post(test.app, "/v1/jobs", body, { headers: { "content-type": type } });
  }
  const seen = new Set<string>();
  let pages = 0;
  for (let path: string | undefined = "/v1/jobs"; path !== undefined; pages++) {
    const page = await (await test.app.request(path)).json();
    for (const { id } of page.jobs) seen.add(id);
    path = page.links.next;
  }
  assertEquals([seen.size, pages], [7, 2]);
});

Deno.test("a part that is appended brings no lists: it is counted as its job was", async () => {
  await using site = await start();
  const job = await site.ask("", "a b", "text/plain", "/v1/jobs");
  const { id, links } = await job.json();
  await site.app.request(`${links.result}?wait=30`);
  const [body, type] = json({ text: "a", stopWords: ["a"] });
  const headers = { "content-type": type, "idempotency-key": "k" };
  const response = await post(site.app, `/v1/jobs/${id}/parts`, body, { headers });
  const { parameter, detail } = await response.json();
  assertEquals([response.status, parameter], [400, "stopWords"]);
  assertMatch(detail, /a part is counted as its job was$/);
});
