import { assertEquals } from "@std/assert";
import { createBody } from "../../src/output/block_writer.ts";
import { tsvBlocks } from "../../src/output/tsv.ts";
import { collect, resultOf } from "../support/results.ts";

const ALL = { top: 0, min: 0, order: "count" } as const;

function format(blocks: Iterable<Uint8Array>): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(collect(blocks).bytes);
}

Deno.test("tsvBlocks() writes key TAB count LF and nothing for no keys", () => {
  assertEquals(format(tsvBlocks(resultOf([["b", 12], ["é", 1]]), ALL)), "b\t12\né\t1\n");
  assertEquals(format(tsvBlocks(resultOf([]), ALL)), "");
});

Deno.test("tsvBlocks() leaves keys as they are: the count follows the last TAB", () => {
  const keys = ["a\tb", "\\t", '"', "\ufeffx", "\r", "\0", "", "\t"];
  const lines = format(tsvBlocks(resultOf(keys.map((key) => [key, 7] as const)), ALL)).split("\n");
  assertEquals(lines.pop(), "");
  assertEquals(lines.map((line) => line.slice(0, line.lastIndexOf("\t"))), keys);
});

Deno.test("tsvBlocks() stops at top and below min", () => {
  const result = resultOf([["a", 3], ["b", 2], ["c", 2], ["d", 1]]);
  const rows = [
    { top: 2, min: 1, order: "count", keys: "ab" },
    { top: 9, min: 2, order: "count", keys: "abc" },
    { top: 0, min: 4, order: "count", keys: "" },
    { top: 0, min: 2, order: "key", keys: "abc" },
  ] as const;
  for (const { keys, ...cut } of rows) {
    const lines = format(tsvBlocks(result, cut)).split("\n").slice(0, -1);
    assertEquals(lines.map((line) => line[0]).join(""), keys);
  }
  const unordered = resultOf([["a", 1], ["b", 3], ["c", 1], ["d", 2]]);
  const cut = { top: 2, min: 2, order: "key" } as const;
  assertEquals(format(tsvBlocks(unordered, cut)), "b\t3\nd\t2\n");
});

Deno.test("createBody() gives one array for one block", () => {
  const body = createBody(tsvBlocks(resultOf([["a", 1]]), ALL));
  assertEquals(body, new TextEncoder().encode("a\t1\n"));
  assertEquals(createBody(tsvBlocks(resultOf([]), ALL)), new Uint8Array(0));
});

Deno.test("createBody() streams many blocks and makes none before it is asked", async () => {
  const result = resultOf(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, 1] as const));
  let made = 0;
  function* counted() {
    for (const block of tsvBlocks(result, ALL)) {
      made++;
      yield block;
    }
  }
  const body = createBody(counted());
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals([body instanceof ReadableStream, made], [true, 1]);
  const text = await new Response(body).text();
  assertEquals(text, format(tsvBlocks(result, ALL)));
});

Deno.test("createBody() forgets the rest when the reader cancels", async () => {
  const result = resultOf(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, 1] as const));
  const body = createBody(tsvBlocks(result, ALL)) as ReadableStream;
  const reader = body.getReader();
  await reader.read();
  await reader.cancel();
  assertEquals((await reader.read()).done, true);
});
