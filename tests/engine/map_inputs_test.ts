import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Engine, type EngineOptions, JobError } from "../../src/mod.ts";
import type { JobInput } from "../../src/engine/job_contract.ts";
import { gatedStream } from "../support/inputs.ts";
import { pause, soon, until } from "../support/waits.ts";

const encoder = new TextEncoder();
const start = (options: EngineOptions = {}) =>
  Engine.start({ workers: 2, memoryBytes: 128 * 1024 * 1024, ...options });

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => promise, JobError)).code;
}

Deno.test("Engine.map() answers in the order of the inputs, whatever they come from", async () => {
  await using engine = await start();
  const texts = Array.from({ length: 100 }, (_, i) => "x ".repeat(1 + (i * 7919) % 5000));
  const expected = texts.map((text) => text.length / 2);
  const inputs = texts.map((text) => encoder.encode(text));
  const tokens = (answers: AsyncIterable<{ totals: { tokens: number } }>) =>
    Array.fromAsync(answers, ({ totals }) => totals.tokens);
  assertEquals(await tokens(engine.map(inputs)), expected);
  async function* slow() {
    for (const input of inputs.slice(0, 10)) {
      await pause(1);
      yield input;
    }
  }
  assertEquals(await tokens(engine.map(slow(), {}, { lookAhead: 3 })), expected.slice(0, 10));
  assertEquals(await tokens(engine.map([])), []);
  assertThrows(() => engine.map([], {}, { lookAhead: 0 }), RangeError);
});

Deno.test("Engine.map() answers before the next input comes, and looks no farther than told", async () => {
  // A text that is counted at once needs no other one ahead of it.
  await using engine = await start({ inline: false });
  let given = 0;
  const asked = Promise.withResolvers<void>();
  async function* inputs() {
    given++;
    yield encoder.encode("a");
    await asked.promise;
    for (;;) {
      given++;
      yield encoder.encode("b b");
    }
  }
  const answers = engine.map(inputs(), {}, { lookAhead: 5 });
  assertEquals((await soon(answers.next())).value?.totals.tokens, 1);
  asked.resolve();
  assertEquals((await answers.next()).value?.totals.tokens, 2);
  await until(() => given >= 6); // the first answered, five in the window
  await pause(0);
  assert(given <= 8, `${given} inputs were taken for 2 answers`);
  await answers.return!();
  assertEquals(engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
});

Deno.test("Engine.map() throws at the turn of what is wrong, and cancels the rest", async () => {
  await using engine = await start();
  let closed = false;
  function* inputs(): Generator<JobInput> {
    try {
      yield encoder.encode("a");
      yield new Uint8Array(0);
      for (;;) yield gatedStream(["a"], new Promise(() => {}));
    } finally {
      closed = true;
    }
  }
  const answers = engine.map(inputs());
  assertEquals((await answers.next()).value?.totals.tokens, 1);
  assertEquals(await codeOf(answers.next()), "empty_body");
  assertEquals([closed, engine.status().jobs.pending], [true, 0]);
  function* broken(): Generator<JobInput> {
    yield encoder.encode("a");
    throw new Error("no more");
  }
  const some = engine.map(broken());
  assertEquals((await some.next()).value?.totals.tokens, 1);
  await assertRejects(() => some.next(), Error, "no more");
});

Deno.test("Engine.map() ends by signal, even where its inputs never come", async () => {
  await using engine = await start();
  const controller = new AbortController();
  const stalled: AsyncIterable<JobInput> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
  };
  const next = engine.map(stalled, {}, { signal: controller.signal }).next();
  controller.abort("enough");
  assertEquals(await soon(next.catch((reason) => reason)), "enough");
});

Deno.test("Engine.map() shortens its window where the engine is full", async () => {
  await using engine = await Engine.start({
    workers: 1,
    memoryBytes: 128 * 1024 * 1024,
    maxTenantJobs: 2,
  });
  const inputs = Array.from({ length: 20 }, () => encoder.encode("a b"));
  const answers = engine.map(inputs, {}, { tenant: "t", lookAhead: 8 });
  assertEquals((await Array.fromAsync(answers)).length, 20);
});
