import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { JobError } from "../../src/contract/problems.ts";
import { STANDARD_ERROR } from "../../src/shared/hyperloglog.ts";
import { assertBounded, countTokens, zipf } from "../support/approx.ts";
import { freshSeed, Random } from "../support/random.ts";

const MEMORY = 8 * 2 ** 20;

function startEngine(workers: number, memoryBytes = 64 * 2 ** 20) {
  return Engine.start({
    workers,
    memoryBytes,
    spillDirectory: false,
    slotsPerWorker: 2,
    inline: false,
  });
}

/** Checks what an answer promises of a stream. */
function assertHolds(
  { totals, approx, segment }: JobResult,
  tokens: readonly string[],
  label: string,
): void {
  const { bound, keysError } = approx!;
  const told = { counts: segment.toArray(), bound, keys: totals.keys, isExact: keysError === 0 };
  assertBounded(told, countTokens(tokens), label);
  assertEquals([totals.tokens, totals.counted], [tokens.length, tokens.length], label);
}

Deno.test("Engine bounds the error of approximate counts, for any number of workers and any chunks", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const frequent = zipf(random, 400_000, 400_000, (i) => i % 3 ? `k${i}` : `a-longer-key-${i}`);
  const different = Array.from({ length: 400_000 }, (_, i) => `${i}`);
  for (const workers of [1, 2, 3]) {
    await using engine = await startEngine(workers);
    for (const [name, tokens] of Object.entries({ frequent, different })) {
      const label = `seed ${seed}, ${workers} workers, ${name}`;
      const text = tokens.join(random.below(2) ? " " : "\n");
      const options = { tokenizer: "whitespace", mode: "approx", memory: MEMORY, top: 0 } as const;
      const { done } = engine.submit(new Blob([text]).stream(), options);
      const result = await done;
      assert(result.approx!.bound > 0, label);
      assertEquals(result.approx!.keysError, STANDARD_ERROR);
      assertEquals(result.spilled, undefined);
      assertHolds(result, tokens, label);
    }
  }
});

Deno.test("Engine counts approximately within the memory that a job asks for", async () => {
  await using engine = await startEngine(2, 128 * 2 ** 20);
  await engine.ready();
  const { touched } = engine.status().memory;
  let at = 0;
  const numbers = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const text = Array.from({ length: 10_000 }, () => `${at++ * 7919 % 5_000_011}`).join(" ");
      controller.enqueue(new TextEncoder().encode(`${text} `));
      if (at >= 5_000_000) controller.close();
    },
  });
  const memory = 32 * 2 ** 20;
  const options = { tokenizer: "whitespace", mode: "approx", memory, top: 0 } as const;
  const { totals, approx } = await engine.submit(numbers, options).done;
  assertEquals([totals.tokens, totals.counted], [5_000_000, 5_000_000]);
  assert(approx!.bound > 0);
  // Pages are taken from the lowest on, so that those that were ever used are the most at once.
  const used = engine.status().memory.touched - touched;
  assert(used <= memory, `${used} bytes`);
});

Deno.test("Engine counts exactly with mode=approx as long as memory holds all keys, and says so", async () => {
  await using engine = await startEngine(2);
  const text = new TextEncoder().encode("to be or not to be ".repeat(50_000));
  for (const inline of [true, false]) {
    const short = text.subarray(0, inline ? 100 : text.length);
    const exact = await engine.submit(short, {}, { inline }).done;
    const approx = await engine.submit(short, { mode: "approx" }, { inline }).done;
    assertEquals(approx.approx, { bound: 0, keysError: 0 });
    assertEquals(exact.approx, undefined);
    assertEquals(approx.totals, exact.totals);
    assertEquals(approx.segment.toArray(), exact.segment.toArray());
  }
});

Deno.test("Engine names mode=approx where an exact count has no room, which then has enough", async () => {
  await using engine = await startEngine(1, 24 * 2 ** 20);
  const tokens = Array.from({ length: 700_000 }, (_, i) => `${i % 600_000}`);
  const text = new TextEncoder().encode(tokens.join(" "));
  const error = await assertRejects(() => engine.submit(text).done, JobError);
  assertEquals([error.code, error.status], ["out_of_memory", 507]);
  assertStringIncludes(error.message, "mode=approx");
  const result = await engine.submit(text, { mode: "approx", memory: MEMORY, top: 0 }).done;
  assertHolds(result, tokens, "in little memory");
});

Deno.test("Engine refuses a memory that its threads cannot divide", async () => {
  await using engine = await startEngine(3);
  const error = assertThrows(
    () => engine.submit(new Uint8Array(1), { mode: "approx", memory: 4 * 2 ** 20 }),
    JobError,
  );
  assertEquals(error.code, "invalid_parameter");
  assertEquals(error.details.allowed, { least: 5 * 2 ** 20 });
  const options = { mode: "approx", memory: 5 * 2 ** 20 } as const;
  assertEquals((await engine.submit(new Uint8Array(1), options).done).totals.keys, 0);
});
