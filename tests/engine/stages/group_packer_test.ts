import { assert, assertEquals } from "@std/assert";
import { GroupPacker } from "../../../src/engine/stages/group_packer.ts";
import { freshSeed, Random } from "../../support/random.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Value = [key: string, value: bigint, count: number];

/** The chunks of groups, each as the records in it, and their sizes. */
function pack(values: readonly Value[], chunkBytes: number, mostGroupBytes: number) {
  const packer = new GroupPacker(chunkBytes, mostGroupBytes);
  const chunks: Value[][] = [];
  const sizes: number[] = [];
  const take = (text: Uint8Array) => {
    chunks.push(unpack(text));
    sizes.push(text.length);
  };
  let before: string | undefined;
  for (const [key, value, count] of values) {
    if (key !== before) packer.beginGroup();
    before = key;
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, value, true);
    for (const { text } of packer.add(encoder.encode(key), bytes, count)) take(text);
  }
  for (const { text, last } of packer.end()) {
    assert(last);
    take(text);
  }
  return { chunks, sizes };
}

function unpack(bytes: Uint8Array): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: Value[] = [];
  for (let at = 0; at < bytes.length;) {
    const keyBytes = view.getUint32(at + 8, true);
    const key = decoder.decode(bytes.subarray(at + 16, at + 16 + keyBytes));
    values.push([key, view.getBigInt64(at, true), view.getUint32(at + 12, true)]);
    const next = at + Math.ceil((16 + keyBytes) / 8) * 8;
    assert(bytes.subarray(at + 16 + keyBytes, next).every((byte) => byte === 0));
    at = next;
  }
  return values;
}

const CHUNK = 1000;
const MOST_GROUP = 3500;

Deno.test("GroupPacker keeps every value, and a group whole unless it is too large", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < 300; i++) {
    const what = `MILLRACE_SEED=${seed}, case ${i}`;
    const values: Value[] = [];
    const keys = random.between(1, 12);
    for (let key = 0; key < keys; key++) {
      const name = `${key}-`.padEnd(random.between(3, 40), "x");
      const size = random.pick([1, 2, 10, 50, 200]);
      for (let j = 0; j < size; j++) values.push([name, BigInt(j), random.between(1, 9)]);
    }
    const { chunks, sizes } = pack(values, CHUNK, MOST_GROUP);
    assertEquals(chunks.flat(), values, what);
    assert(sizes.every((size) => size <= MOST_GROUP), `${what}: ${sizes}`);
    const groups = Map.groupBy(values, ([key]) => key);
    for (const [key, group] of groups) {
      const bytes = group.length * Math.ceil((16 + key.length) / 8) * 8;
      const parts = chunks.filter((chunk) => chunk.some(([other]) => other === key)).length;
      if (bytes <= MOST_GROUP) assertEquals(parts, 1, `${what}: ${key} of ${bytes}`);
      else assert(parts > 1, `${what}: ${key} of ${bytes}`);
    }
  }
});

Deno.test("GroupPacker makes room for a record that is longer than a group may be", () => {
  const key = "k".repeat(5000);
  const { chunks } = pack([[key, 1n, 1], [key, 2n, 1], ["l", 3n, 1]], CHUNK, MOST_GROUP);
  assertEquals(chunks.map((chunk) => chunk.length), [1, 1, 1]);
});

Deno.test("GroupPacker takes several records for a count beyond 32 bits", () => {
  const { chunks } = pack([["k", 7n, 2 ** 33 + 5]], CHUNK, MOST_GROUP);
  const counts = chunks.flat().map(([, , count]) => count);
  assertEquals(counts.reduce((a, b) => a + b), 2 ** 33 + 5);
  assertEquals(counts.length, 3);
});
