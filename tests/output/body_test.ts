import { assert, assertEquals } from "@std/assert";
import { createBody } from "../../src/output/body.ts";
import { REST } from "../../src/output/rest.ts";
import { lineBlocks } from "../../src/output/lines.ts";
import { Selection } from "../../src/output/selection.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { collect } from "../support/results.ts";

const manyRows = Segment.from(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, 1] as const));

/** The rows as blocks, and what became of them. */
function watch(segment: Segment) {
  const selection = new Selection(segment.records(), { top: 0, min: 0, order: "count" });
  const seen = { made: 0, ended: false };
  function* blocks(): Generator<Uint8Array<ArrayBuffer>, void, void> {
    try {
      for (const block of lineBlocks(selection, "tsv")) {
        seen.made++;
        yield block;
      }
    } finally {
      seen.ended = true;
    }
  }
  return { blocks: blocks(), seen };
}

Deno.test("createBody() gives one array for one block", () => {
  assertEquals(
    createBody(watch(Segment.from([["a", 1]])).blocks),
    new TextEncoder().encode("a\t1\n"),
  );
  assertEquals(createBody(watch(Segment.empty()).blocks), new Uint8Array(0));
});

Deno.test("createBody() streams many blocks and makes none before it is asked", async () => {
  const { blocks, seen } = watch(manyRows);
  const body = createBody(blocks) as ReadableStream;
  const parts: Uint8Array[] = [];
  for await (const part of body) {
    parts.push(part);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(seen.made, parts.length);
  }
  assert(parts.length > 10);
  assertEquals(collect(parts), collect(watch(manyRows).blocks));
});

Deno.test("createBody() ends the blocks when the reader cancels", async () => {
  const { blocks, seen } = watch(manyRows);
  const reader = (createBody(blocks) as ReadableStream).getReader();
  await reader.read();
  await reader.cancel();
  assertEquals([seen.ended, (await reader.read()).done], [true, true]);
});

Deno.test("createBody() lets others run where the blocks rest", async () => {
  const order: string[] = [];
  function* blocks() {
    yield new Uint8Array([1]);
    yield REST;
    order.push("on");
    yield new Uint8Array([2]);
  }
  const body = createBody(blocks());
  setTimeout(() => order.push("other"));
  assertEquals(await new Response(body).bytes(), new Uint8Array([1, 2]));
  assertEquals(order, ["other", "on"]);
});
