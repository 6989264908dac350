import { assert, assertEquals } from "@std/assert";
import { OutputIndex } from "../../src/cluster/output_index.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { Random } from "../support/random.ts";

const encoder = new TextEncoder();

/** Keys in the order of their bytes, some of them long. */
function createKeys(random: Random, count: number): string[] {
  const keys = new Set<string>();
  while (keys.size < count) {
    const tail = random.below(200) === 0 ? "x".repeat(random.below(3000)) : "";
    keys.add(random.below(10 ** 9).toString(36) + tail);
  }
  return [...keys].sort();
}

/** Bytes in blocks that end anywhere. */
function* cutAnywhere(bytes: Uint8Array, random: Random, most: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(most);
    yield bytes.subarray(at, end);
    at = end;
  }
}

async function indexOf(blocks: Iterable<Uint8Array>): Promise<OutputIndex> {
  const index = new OutputIndex();
  for await (const _ of index.watch(blocks));
  return index;
}

for (const most of [7, 40, 5000, 1 << 20]) {
  Deno.test(`OutputIndex finds ranges of an output that came in blocks of up to ${most} bytes`, async () => {
    const random = new Random(most);
    const keys = createKeys(random, 20_000);
    const output = Segment.from(keys.map((key, i) => [key, i + 1] as const));
    const index = await indexOf(cutAnywhere(output.bytes, random, most));
    assertEquals([index.keys, index.bytes], [keys.length, output.byteLength]);
    const sampled = index.sample();
    assertEquals(sampled.length, most < 12 ? 0 : 16); // no header is whole in such blocks
    const borders = [
      ...sampled,
      ...["", "0", keys[0], keys[9999], `${keys[9999]}\u0000`, keys.at(-1)!, "zzz"]
        .map((key) => encoder.encode(key)),
    ];
    for (const from of [undefined, ...borders]) {
      const to = random.pick([undefined, ...borders]);
      const found = index.find(output, { from, to });
      const bytes = output.bytes.subarray(found.from, Math.max(found.from, found.to));
      const decode = (key?: Uint8Array) => key && new TextDecoder().decode(key);
      const [least, end] = [decode(from), decode(to)];
      const expected = keys.filter((key) =>
        (least === undefined || key >= least) && (end === undefined || key < end)
      );
      const records = new Segment(bytes, expected.length).toArray();
      assertEquals(records.map(({ key }) => key), expected);
    }
  });
}

Deno.test("OutputIndex tells keys that stand as many bytes apart", async () => {
  const keys = createKeys(new Random(3), 50_000);
  const output = Segment.from(keys.map((key) => [key, 1] as const));
  const index = await indexOf([output.bytes]);
  const places = index.sample().map((from) => index.find(output, { from }).from);
  for (let i = 1; i < places.length; i++) {
    const apart = (places[i] - places[i - 1]) / output.byteLength;
    assert(apart > 0.03 && apart < 0.1, `${apart}`);
  }
});

Deno.test("OutputIndex of an output without keys has none", async () => {
  const index = await indexOf([]);
  assertEquals([index.keys, index.sample()], [0, []]);
  assertEquals(index.find(Segment.empty(), { from: encoder.encode("a") }), { from: 0, to: 0 });
});
