import { assertEquals, assertThrows } from "@std/assert";
import { AWKWARD_TEXTS } from "../../support/awkward_texts.ts";
import { tokenize } from "../../support/oracle/oracle.ts";
import { KernelFailure, readLibraryKernel, UserKernel } from "../../support/user_kernel.ts";

type Options = Record<string, unknown>;

interface Case {
  name: string;
  options?: Options;
  /** The keys of a text, in their order. */
  naive: (text: string) => string[];
}

const words = (text: string): string[] => tokenize(text, "whitespace");

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g)?.map((line) => line.replace(/\r?\n$/, "")) ?? [];
}

function ngramsOf(text: string, n: number): string[] {
  return linesOf(text).flatMap((line) => {
    const all = words(line);
    return all.slice(0, Math.max(0, all.length - n + 1))
      .map((_, i) => all.slice(i, i + n).join(" "));
  });
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const CASES: Case[] = [
  { name: "space-words", naive: words },
  { name: "lines", naive: (text) => linesOf(text).filter((line) => line !== "") },
  { name: "ngrams", naive: (text) => ngramsOf(text, 2) },
  { name: "ngrams", options: { n: 1 }, naive: (text) => ngramsOf(text, 1) },
  { name: "ngrams", options: { n: 5 }, naive: (text) => ngramsOf(text, 5) },
  {
    name: "bytes",
    naive: (text) => Array.from(utf8(text), (byte) => byte.toString(16).padStart(2, "0")),
  },
  {
    name: "log-status",
    options: { field: 3 },
    naive: (text) => linesOf(text).map((line) => words(line)[2]).filter(Boolean),
  },
  {
    name: "grep",
    naive: (text) =>
      linesOf(text).flatMap((line) => ["error", "warning"].filter((each) => line.includes(each))),
  },
  {
    name: "grep",
    options: { find: "\u{1f600}||b|rd|aa b" },
    naive: (text) =>
      linesOf(text).flatMap((line) =>
        ["\u{1f600}", "b", "rd", "aa b"].filter((each) => line.includes(each))
      ),
  },
  { name: "length", naive: (text) => linesOf(text).map((line) => `${[...line].length}`) },
  {
    name: "length",
    options: { bytes: true },
    naive: (text) => linesOf(text).map((line) => `${utf8(line).length}`),
  },
];

for (const { name, options, naive } of CASES) {
  Deno.test(`${name}${options ? ` ${JSON.stringify(options)}` : ""} emits what a naive one does`, async () => {
    const kernel = new UserKernel(await readLibraryKernel(name));
    if (options) kernel.configure(options);
    for (const text of AWKWARD_TEXTS) {
      assertEquals(kernel.map(text), naive(text), JSON.stringify(text.slice(0, 80)));
    }
  });
}

const LOG = `
127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326
127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "POST /b HTTP/1.1" 404 0 "-" "agent x"
cut off`;

Deno.test("log-status takes the ninth field, as logs of web servers have it", async () => {
  assertEquals(new UserKernel(await readLibraryKernel("log-status")).map(LOG), ["200", "404"]);
});

/** Lines of JSON; what does not parse, or has no such member, is left out. */
const NDJSON: readonly unknown[] = [
  { name: "plain" },
  { a: 1, name: "second" },
  { a: { name: "inner" }, b: [{ name: 1 }, "}"], name: "outer" },
  { name: 12.5e3 },
  { name: true },
  { name: null },
  { name: { x: [1, "]"] } },
  { name: [] },
  { other: "name" },
  { "": 1, name: "\u{1f600} \u00e9" },
  [{ name: "in a list" }],
  "name",
  7,
];

Deno.test("json-field finds a member at the top of an object, whatever stands before it", async () => {
  const kernel = new UserKernel(await readLibraryKernel("json-field"));
  const expected = NDJSON.flatMap((value) => {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject || !("name" in value)) return [];
    return [typeof value.name === "string" ? value.name : JSON.stringify(value.name)];
  });
  const lines = NDJSON.map((value) => JSON.stringify(value)).join("\n");
  assertEquals(kernel.map(lines), expected);
  const spaced = NDJSON.map((value) => JSON.stringify(value, null, "\t").replaceAll("\n", " "));
  const compact = kernel.map(spaced.join("\r\n")).map((key) => key.replaceAll(/[ \t]/g, ""));
  assertEquals(compact, expected.map((key) => key.replaceAll(" ", "")));
});

Deno.test("json-field keeps escapes as they are written, and takes a name as an option", async () => {
  const kernel = new UserKernel(await readLibraryKernel("json-field"));
  kernel.configure({ field: 'k"\u00e9' });
  const line = String.raw`{"k":1,"ké":"x","name":2}`;
  assertEquals(kernel.map(line), []);
  kernel.configure({ field: "ké" });
  assertEquals(kernel.map(String.raw`{"k":1,"ké":"a \"b\" \\","name":2}`), [
    String.raw`a \"b\" \\`,
  ]);
});

Deno.test("json-field counts nothing of lines that are no objects", async () => {
  const kernel = new UserKernel(await readLibraryKernel("json-field"));
  const broken = [
    "{",
    '{"name"',
    '{"name":',
    '{"name":"open',
    '{"a":"\\',
    '{"a":[1,{"name":2',
    "{,}",
    '{"a" "b"}',
    "{'name':1}",
    '{"name":}',
    "\u0000",
  ];
  for (const line of broken) assertEquals(kernel.map(line), [], line);
});

Deno.test("ngrams refuses an n that makes no sense, with the numbers", async () => {
  for (const n of [0, -1, 101]) {
    const kernel = new UserKernel(await readLibraryKernel("ngrams"));
    kernel.configure({ n });
    assertThrows(
      () => kernel.map("a b"),
      KernelFailure,
      `Cannot count n-grams: n is ${n}, must be 1 to 100`,
    );
  }
});

Deno.test("a key that no window can hold fails the job", async () => {
  const kernel = new UserKernel(await readLibraryKernel("space-words"));
  const longest = "k".repeat(65_535);
  assertEquals(kernel.map(`${longest} b`), [longest, "b"]);
  assertThrows(
    () => kernel.map(`a ${longest}k b`),
    KernelFailure,
    "Cannot emit key: 65536 bytes exceed the limit of 65535",
  );
});
