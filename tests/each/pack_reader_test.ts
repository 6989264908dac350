import { assert, assertEquals } from "@std/assert";
import type { LinePack } from "../../src/each/each_terms.ts";
import { LINE_BYTES, PackReader, type SkippedLine } from "../../src/each/pack_reader.ts";
import { ByteSource } from "../../src/input/source.ts";
import { Random } from "../support/random.ts";
import { randomlyCut, streamOf } from "../support/streams.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function open(body: ReadableStream<Uint8Array>): PackReader {
  return new PackReader(new ByteSource(body), {});
}

/** The lines of packs by their numbers; undefined for one that was passed over. */
async function readLines(packs: AsyncIterable<LinePack | SkippedLine>) {
  const lines = new Map<number, string | undefined>();
  for await (const pack of packs) {
    if ("tooLong" in pack) {
      lines.set(pack.line, undefined);
      continue;
    }
    const text = decoder.decode(pack.bytes);
    text.replace(/\n$/, "").split("\n").forEach((line, i) => lines.set(pack.line + i, line));
  }
  return lines;
}

Deno.test("PackReader gives every line once, with its number, wherever reads end", async () => {
  const random = new Random(7);
  for (let round = 0; round < 20; round++) {
    const lines = Array.from({ length: random.between(1, 3000) }, () => {
      const length = random.below(50) === 0 ? random.below(400_000) : random.below(200);
      return "é".repeat(length / 2);
    });
    lines.push("end"); // an empty last line would be none
    const body = encoder.encode(lines.join("\n") + (round % 2 ? "\n" : ""));
    const read = await readLines(open(randomlyCut(body, random)));
    assertEquals([...read.keys()], lines.map((_, i) => i + 1));
    assertEquals([...read.values()], lines);
  }
});

Deno.test("PackReader cuts short lines into packs that are bounded in lines", async () => {
  const body = encoder.encode("a\n".repeat(20_000));
  const sizes: number[] = [];
  for await (const pack of open(streamOf(body, body.length))) {
    if ("tooLong" in pack) throw new Error("a line was passed over");
    sizes.push(pack.bytes.length / 2);
  }
  assertEquals(sizes.reduce((sum, size) => sum + size), 20_000);
  assert(Math.max(...sizes) <= 4096, `${sizes}`);
});

Deno.test("PackReader passes over a line that is too long, and over no other", async () => {
  const long = "x".repeat(LINE_BYTES + 200_000);
  const nearly = "y".repeat(LINE_BYTES - 10);
  for (const cut of [65_536, 1_000_003]) {
    const body = encoder.encode(["a", long, nearly, "b", long].join("\n"));
    const read = await readLines(open(streamOf(body, cut)));
    assertEquals([...read.keys()], [1, 2, 3, 4, 5]);
    assertEquals([...read.values()].map((line) => line?.length), [
      1,
      undefined,
      nearly.length,
      1,
      undefined,
    ]);
  }
});

Deno.test("PackReader gives lines that have come, and ends a read that waits for more", async () => {
  let cancelled = false;
  const lines = '"to be or not to be"\n'.repeat(50); // more than a decoder looks at
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(lines + '"half')),
    cancel: () => void (cancelled = true),
  });
  const packs = open(body);
  let given = 0;
  while (given < lines.length) {
    const { value } = await packs.next();
    given += (value as LinePack).bytes.length;
  }
  assertEquals(given, lines.length);
  const waiting = packs.next();
  await packs.return();
  const rest = await waiting;
  assertEquals([cancelled, decoder.decode((rest.value as LinePack | undefined)?.bytes)], [
    true,
    '"half',
  ]);
  assertEquals(await packs.next(), { done: true, value: undefined });
});
