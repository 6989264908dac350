import { assert, assertEquals, assertRejects } from "@std/assert";
import * as zlib from "node:zlib";
import { compress } from "../../../src/http/answer/compression.ts";
import { hasZstd } from "../../../src/input/decompressor.ts";
import { createBody } from "../../../src/output/body.ts";
import { lineBlocks } from "../../../src/output/lines.ts";
import { Selection } from "../../../src/output/selection.ts";
import { Segment } from "../../../src/reduce/segment.ts";

const ROWS = Segment.from(Array.from({ length: 60_000 }, (_, i) => [`key ${i * 7919}`, i + 1]));
const DECODERS: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  gzip: zlib.gunzipSync,
  br: zlib.brotliDecompressSync,
  ...(hasZstd ? { zstd: zlib.zstdDecompressSync } : {}),
};

function createRows() {
  const selection = new Selection(ROWS.records(), { top: 0, min: 0, order: "count" });
  return createBody(lineBlocks(selection, "ndjson")) as ReadableStream<Uint8Array<ArrayBuffer>>;
}

const PLAIN = await new Response(createRows()).bytes();

/** Reads at another pace than others. */
async function readSlowly(stream: ReadableStream<Uint8Array>, turns: number): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of stream) {
    parts.push(part.slice());
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
  }
  return await new Blob(parts).bytes();
}

for (const [coding, decode] of Object.entries(DECODERS)) {
  const open = () => compress(createRows(), coding) as ReadableStream<Uint8Array>;

  Deno.test(`compress() gives the same bytes of ${coding} to readers at any pace, side by side`, async () => {
    const [first, ...others] = await Promise.all(
      [0, 1, 3, 0].map((turns) => readSlowly(open(), turns)),
    );
    for (const other of others) assertEquals(other.length, first.length);
    for (const other of others) assertEquals(other, first);
    assertEquals(new Uint8Array(decode(first)), PLAIN);
  });

  Deno.test(`compress() to ${coding} makes nothing that nobody reads`, async () => {
    let made = 0;
    const random = () => crypto.getRandomValues(new Uint8Array(64 * 1024));
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        made++;
        controller.enqueue(random());
      },
    }, { highWaterMark: 0 });
    const reader = (compress(endless, coding) as ReadableStream<Uint8Array>).getReader();
    assertEquals(made, 0);
    await reader.read();
    const first = made;
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    assertEquals(made, first);
    await reader.cancel();
  });

  Deno.test(`compress() to ${coding} lets others have a turn behind each block`, async () => {
    let turns = 0;
    let over = false;
    const look = () => {
      turns++;
      if (!over) setImmediate(look);
    };
    setImmediate(look);
    await readSlowly(open(), 0);
    over = true;
    const blocks = Math.floor(PLAIN.length / 65536);
    assert(turns >= blocks, `${turns} turns of the loop for ${blocks} blocks`);
  });

  Deno.test(`compress() to ${coding} fails as its body does, and ends it when the reader goes`, async () => {
    const failing = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: () => Promise.reject(new RangeError("no rows")),
    });
    const stream = compress(failing, coding) as ReadableStream;
    await assertRejects(() => new Response(stream).bytes(), RangeError, "no rows");

    for (const reads of [0, 1, 3]) {
      let reason: unknown;
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull: (controller) => controller.enqueue(crypto.getRandomValues(new Uint8Array(65536))),
        cancel: (given) => void (reason = given),
      }, { highWaterMark: 0 });
      const reader = (compress(body, coding) as ReadableStream).getReader();
      for (let i = 0; i < reads; i++) await reader.read();
      const pending = reader.read();
      await reader.cancel("gone");
      assertEquals([(await pending).done, reason], [true, "gone"]);
    }
  });
}
