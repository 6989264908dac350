import { assert, assertEquals } from "@std/assert";
import { planRanges, type SampledOutput } from "../../src/cluster/plan_ranges.ts";
import { Random } from "../support/random.ts";

const decode = (key?: Uint8Array) => key && new TextDecoder().decode(key);

function outputOf(bytes: number, keys: readonly string[]): SampledOutput {
  return { bytes, samples: keys.map((key) => new TextEncoder().encode(key).toBase64()) };
}

function assertWhole(ranges: ReturnType<typeof planRanges>): void {
  assertEquals([ranges[0].from, ranges.at(-1)!.to], [undefined, undefined]);
  for (let i = 1; i < ranges.length; i++) assertEquals(ranges[i].from, ranges[i - 1].to);
  const borders = ranges.slice(1).map(({ from }) => decode(from)!);
  assertEquals(borders, [...new Set(borders)].sort());
}

Deno.test("planRanges() gives each key one range, and each node about as many bytes", () => {
  const random = new Random(1);
  const word = () => String(random.below(10_000)).padStart(4, "0");
  const outputs = Array.from(
    { length: 40 },
    () => outputOf(1000, Array.from({ length: 16 }, word).sort()),
  );
  for (const reducers of [2, 3, 7, 10]) {
    const ranges = planRanges(outputs, { reducers, aloneBytes: 2000 });
    assertWhole(ranges);
    assertEquals(ranges.length, reducers);
    const borders = [0, ...ranges.slice(1).map(({ from }) => Number(decode(from))), 10_000];
    for (let i = 1; i < borders.length; i++) {
      const share = (borders[i] - borders[i - 1]) / 10_000 * reducers;
      assert(share > 0.5 && share < 1.6, `${share} of ${reducers}`);
    }
  }
});

Deno.test("planRanges() makes no more ranges than are worth it, and none that is too large", () => {
  const keys = Array.from({ length: 16 }, (_, i) => `k${i + 10}`);
  const count = (bytes: number, reducers: number, aloneBytes: number) => {
    const ranges = planRanges([outputOf(bytes, keys)], { reducers, aloneBytes });
    assertWhole(ranges);
    return ranges.length;
  };
  assertEquals(count(1100, 10, 1000), 3);
  assertEquals(count(10_000, 5, 1000), 5);
  assertEquals(count(4 * 2 ** 30, 2, 2 ** 26), 4);
});

Deno.test("planRanges() makes one range of outputs that tell no keys, or one key", () => {
  const reducers = { reducers: 4, aloneBytes: 10 };
  assertEquals(planRanges([{ bytes: 1000 }], reducers), [{ from: undefined, to: undefined }]);
  const same = planRanges([outputOf(1000, ["k", "k", "k", "k"])], reducers);
  assertWhole(same);
  assertEquals(same.length, 2);
});
