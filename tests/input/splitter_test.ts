import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { ByteSource } from "../../src/input/source.ts";
import { splitChunks } from "../../src/input/splitter.ts";

const text = new TextEncoder().encode(
  Array.from({ length: 4000 }, (_, i) => `line ${i} ${"x".repeat(i % 90)}\n`).join(""),
);
const afterLastLine = (bytes: Uint8Array, length: number) => bytes.lastIndexOf(10, length - 1) + 1;

/** A stream of pieces; of bytes when asked so, which can be read into the reader's buffer. */
function streamOf(pieces: Uint8Array<ArrayBuffer>[], type?: "bytes"): ReadableStream<Uint8Array> {
  const left = [...pieces];
  if (!type) return ReadableStream.from(left.map((piece) => piece.slice()));
  return new ReadableStream({
    type,
    pull(controller) {
      const piece = left.shift();
      if (piece) return controller.enqueue(piece.slice());
      controller.close();
      controller.byobRequest?.respond(0); // a closed byte stream answers its last read so
    },
  });
}

function cut(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer>[] {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

for (const type of [undefined, "bytes"] as const) {
  for (const pieceBytes of [1000, 65_536, 300_000]) {
    for (const chunkBytes of [2000, 70_000, 1 << 20]) {
      const title = `${type ?? "objects"}, pieces of ${pieceBytes}, chunks of ${chunkBytes}`;
      Deno.test(`splitChunks() keeps every byte and cuts at lines only: ${title}`, async () => {
        const source = new ByteSource(streamOf(cut(text, pieceBytes), type));
        const joined = new Uint8Array(text.length);
        let at = 0;
        let lasts = 0;
        for await (const chunk of splitChunks(source, chunkBytes, afterLastLine)) {
          assertEquals(chunk.offset, at);
          assert(chunk.text.length <= chunkBytes);
          assertEquals(chunk.text.at(-1), 10);
          joined.set(chunk.text, at);
          at += chunk.text.length;
          lasts += Number(chunk.last);
        }
        assertEquals(at, text.length);
        assertEquals(joined, text);
        assert(lasts <= 1);
        assertEquals(source.bytes, text.length);
      });
    }
  }
}

Deno.test("splitChunks() grows a chunk until its long token ends", async () => {
  const long = new Uint8Array(500_000).fill(97);
  const bytes = new Uint8Array([
    ...text.subarray(0, 2990),
    10,
    ...long,
    10,
    ...text.subarray(0, 99),
  ]);
  const chunks: number[] = [];
  for await (const chunk of splitChunks(new ByteSource(streamOf([bytes])), 4096, afterLastLine)) {
    chunks.push(chunk.text.length);
    assert(chunk.last || chunk.text.at(-1) === 10);
  }
  assertEquals(chunks.reduce((sum, each) => sum + each, 0), bytes.length);
  assert(Math.max(...chunks) >= long.length);
});

Deno.test("splitChunks() takes in no more of a token than the engine has room for", async () => {
  const block = new Uint8Array(10_000).fill(97);
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += block.length;
      controller.enqueue(block);
    },
  }, { highWaterMark: 0 });
  const chunks = splitChunks(new ByteSource(endless), 4096, afterLastLine, 100_000);
  const error = await assertRejects(() => chunks.next(), JobError, "without a place to split");
  assertEquals([error.code, error.details.limit], ["out_of_memory", 100_000]);
  assert(sent <= 120_000, `${sent} bytes were read`);
});

Deno.test("splitChunks() yields one last chunk for a small body and nothing for an empty one", async () => {
  const chunks = [];
  for await (
    const { text, last } of splitChunks(new ByteSource(streamOf([text2("a b")])), 4096, () => 0)
  ) {
    chunks.push([text.length, last]);
  }
  assertEquals(chunks, [[3, true]]);
  for await (const _ of splitChunks(new ByteSource(streamOf([])), 4096, () => 0)) {
    throw new Error("an empty body has no chunk");
  }
});

const text2 = (value: string) => new TextEncoder().encode(value);
