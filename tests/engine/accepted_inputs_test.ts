import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { Engine, JobError, type JobInput } from "../../src/mod.ts";

const encoder = new TextEncoder();
const start = () => Engine.start({ workers: 1, memoryBytes: 64 * 1024 * 1024 });
const bytes = (text: string) => encoder.encode(text);
const stream = (...chunks: unknown[]) => ReadableStream.from(chunks) as ReadableStream<Uint8Array>;

const FOX = [{ key: "fox", count: 2 }, { key: "the", count: 1 }];

const ACCEPTED: [name: string, input: JobInput, bytes: number][] = [
  ["a string", "fox the Fox", 11],
  ["a string that begins with a mark", "\ufefffox the fox", 14],
  ["bytes", bytes("fox the fox"), 11],
  ["a stream", stream(bytes("fox the"), bytes(" fox")), 11],
  ["a Blob", new Blob(["fox the fox"]), 11],
  ["an object that opens streams", { stream: () => stream(bytes("fox the fox")) }, 11],
  ["words", ["fox", "the", "fox"], 9],
  ["texts", { texts: ["fox the", { text: bytes("fox") }] }, 10],
  ["texts of an iterator", { texts: ["fox", "the fox"].values() }, 10],
  ["a promise of a string", Promise.resolve("fox the fox"), 11],
  ["a promise of words", Promise.resolve(["fox", "the", "fox"]), 9],
];

Deno.test("Engine.submit() counts every kind of input that it says it takes", async () => {
  await using engine = await start();
  for (const [name, input, size] of ACCEPTED) {
    const { segment, totals } = await engine.submit(input).done;
    assertEquals(segment.toArray(), FOX, name);
    assertEquals([totals.tokens, totals.bytes], [3, size], name);
  }
});

Deno.test("Engine.submit() counts a string as its UTF-8, whatever charset bytes would have", async () => {
  await using engine = await start();
  for (const charset of ["utf-8", "utf-16le", "windows-1252"]) {
    const { segment, input } = await engine.submit("größe Größe ﷺ", { charset }).done;
    assertEquals(segment.toArray()[0], { key: "grösse", count: 2 }, charset);
    assertEquals(input.charset, "utf-8");
  }
  const long = "grün ".repeat(200_000);
  const { segment, chunks } = await engine.submit(long, { n: 2, top: 1 }).done;
  assertEquals(segment.toArray(), [{ key: "grün grün", count: 199_999 }]);
  assert(chunks > 1, `the text came in ${chunks} chunks`);
  const empty = await assertRejects(() => engine.submit("").done, JobError);
  assertEquals(empty.code, "empty_body");
  const large = await assertRejects(() => engine.submit("äöü", {}, { maxBytes: 5 }).done, JobError);
  assertEquals([large.code, large.details.limit], ["body_too_large", 5]);
});

Deno.test("Engine.submit() replaces or refuses half of a surrogate pair, as invalid says", async () => {
  await using engine = await start();
  const text = "a\ud800b c\udc00";
  const { segment, totals } = await engine.submit(text, { tokenizer: "whitespace" }).done;
  assertEquals(segment.toArray().map(({ key }) => key), ["a\ufffdb", "c\ufffd"]);
  assertEquals(totals.replacements, 2);
  const rejected = engine.submit(`é${text}`, { invalid: "reject" });
  const error = await assertRejects(() => rejected.done, JobError);
  assertEquals([error.code, error.details.offset], ["invalid_utf8", 3]);
});

/** None of them is what the types allow. */
const REFUSED: [input: unknown, message: string][] = [
  [undefined, "Cannot count undefined: an input is a string, a Uint8Array,"],
  [null, "Cannot count null:"],
  [42, "Cannot count the number 42:"],
  [true, "Cannot count the boolean true:"],
  [12n, "Cannot count the bigint 12:"],
  [Symbol("a"), "Cannot count the symbol Symbol(a):"],
  [() => "text", "Cannot count a function:"],
  [{}, "Cannot count a plain object:"],
  [Object.create(null), "Cannot count a plain object:"],
  [{ stream: "text" }, "Cannot count a plain object:"],
  [new ArrayBuffer(4), "Cannot count an object of class ArrayBuffer:"],
  [new Uint16Array(4), "Cannot count an object of class Uint16Array:"],
  [new Response("text"), "Cannot count an object of class Response:"],
  [new Set(["a"]), "Cannot count an object of class Set:"],
  [["a", 1], "Cannot count an array with the number 1 at index 1:"],
  [[bytes("a")], "Cannot count an array with an object of class Uint8Array at index 0:"],
  [Array(1), "Cannot count an array with undefined at index 0:"],
  [{ texts: "to be" }, 'Cannot count texts that are the string "to be":'],
  [{ texts: 5 }, "Cannot count texts that are the number 5:"],
  [{ texts: undefined }, "Cannot count texts that are undefined:"],
];

Deno.test("Engine.submit() says what was handed in that it cannot count, and what it takes", async () => {
  await using engine = await start();
  for (const [input, message] of REFUSED) {
    const error = assertThrows(() => engine.submit(input as JobInput), TypeError);
    assertStringIncludes(error.message, message);
  }
  assertEquals(engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
  assertEquals((await engine.submit("a").done).totals.tokens, 1);
});

const REFUSED_LATER: [input: unknown, message: string][] = [
  [Promise.resolve(42), "Cannot count the number 42: an input is"],
  [Promise.resolve(["a", null]), "Cannot count an array with null at index 1"],
  [stream("to be"), 'a stream that gives the string "to be": it must give Uint8Arrays; pipe it'],
  [stream(bytes("a "), [1]), "Cannot count a stream that gives an object of class Array:"],
  [{ stream: () => stream(7) }, "Cannot count a stream that gives the number 7:"],
  [{ texts: [5] }, "Cannot count the number 5: an input is"],
  [{ texts: ["a", null] }, "Cannot count null:"],
  [{ texts: [{ text: 5 }] }, "Cannot count the number 5:"],
  [{ texts: [{}] }, "Cannot count undefined:"],
];

Deno.test("Job.done says what came of a promise or a stream that cannot be counted", async () => {
  await using engine = await start();
  for (const [input, message] of REFUSED_LATER) {
    const job = engine.submit(input as JobInput);
    const error = await assertRejects(() => job.done, JobError);
    assertEquals([error.code, error.cause instanceof TypeError], ["unsupported_media", true]);
    assertStringIncludes(error.message, message);
  }
  assertEquals(engine.status().ended.failed, 0);
});

Deno.test("Engine.map() takes strings, and no string in the place of an iterable", async () => {
  await using engine = await start();
  const tokens: number[] = [];
  for await (const { totals } of engine.map(["a b", "c"])) tokens.push(totals.tokens);
  assertEquals(tokens, [2, 1]);
  assertThrows(() => engine.map("to be"), TypeError, 'the string "to be"');
  assertThrows(() => engine.map(7 as unknown as string[]), TypeError, "the number 7");
});
