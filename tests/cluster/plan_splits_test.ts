import { assert, assertEquals } from "@std/assert";
import { isWorthSpreading, MOST_SPLITS, planSplits } from "../../src/cluster/plan_splits.ts";
import { Random } from "../support/random.ts";

const MIB = 1024 * 1024;

Deno.test("planSplits() gives each node four splits of one text, and none too small", () => {
  const text = { bytes: 1200 * MIB, divides: true };
  const splits = planSplits([text], { nodes: 2, splitBytes: 64 * MIB });
  assertEquals(splits.length, 8);
  assertEquals(splits[0], { index: 0, from: 0, to: 150 * MIB });
  assertEquals(
    planSplits([{ ...text, bytes: 200 * MIB }], { nodes: 2, splitBytes: 64 * MIB }).length,
    2,
  );
});

Deno.test("planSplits() gives up splits for even rounds only where nodes would wait", () => {
  const plan = (bytes: number, nodes: number, splitBytes = MIB) =>
    planSplits([{ bytes, divides: true }], { nodes, splitBytes }).length;
  assertEquals([10, 50, 100, 200].map((nodes) => plan(1e13, nodes)), [9313, 4999, 2499, 1200]);
  assertEquals([10, 25, 400].map((nodes) => plan(1e14, nodes)), [9999, 9999, 800]);
  assertEquals([150, 300].map((nodes) => plan(1e12, nodes)), [900, 900]);
  assertEquals([5, 7, 19].map((parts) => plan(parts * 1024 * MIB, 2, 1024 * MIB)), [4, 6, 18]);
  for (let nodes = 2; nodes <= 200; nodes++) {
    for (let bytes = 2 ** 33; bytes < 2 ** 33 + 50; bytes++) {
      assertEquals(plan(bytes, nodes), 4 * nodes);
    }
  }
});

Deno.test("planSplits() leaves out no byte of any text, and counts none twice", () => {
  const random = new Random(7);
  for (let i = 0; i < 2000; i++) {
    const texts = Array.from({ length: 1 + random.below(20) }, () => ({
      bytes: random.below(1 << random.below(31)),
      divides: random.below(3) > 0,
    }));
    const size = {
      nodes: 2 + random.below(100),
      splitBytes: 1 + random.below(1 << random.below(28)),
    };
    const splits = planSplits(texts, size);
    assert(splits.length <= MOST_SPLITS + texts.length);
    texts.forEach(({ bytes, divides }, index) => {
      const own = splits.filter((split) => split.index === index);
      assert(divides || own.length === 1);
      let end = 0;
      for (const { from, to } of own) {
        assert(from === end && from <= to);
        end = to;
      }
      assertEquals(end, bytes);
    });
  }
});

Deno.test("isWorthSpreading() says that texts of less than two splits are not", () => {
  assert(isWorthSpreading([{ bytes: 2 * MIB }], MIB));
  assert(isWorthSpreading([{ bytes: MIB }, { bytes: MIB }], MIB));
  assert(!isWorthSpreading([{ bytes: MIB }, { bytes: MIB - 1 }], MIB));
});
