import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type CountOptions,
  Engine,
  type EngineOptions,
  JobError,
  type JobInput,
  type JobResult,
  type SubmitOptions,
} from "../../../src/mod.ts";
import { InlineCounter } from "../../../src/engine/inline/inline_counter.ts";
import { trap } from "../../support/faults/trap.ts";
import { GENERATORS } from "../../support/oracle/generate_text.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { soon, until } from "../../support/waits.ts";

const CASES = Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 100;
const encoder = new TextEncoder();
const start = (options: EngineOptions) =>
  Engine.start({ workers: 1, memoryBytes: 128 * 1024 * 1024, ...options });

/** All that an answer tells but the times, or the error in its place. */
async function tell(
  engine: Engine,
  input: JobInput,
  options: Partial<CountOptions>,
  limits?: SubmitOptions,
): Promise<unknown> {
  try {
    const job = engine.submit(input, options, limits);
    const { segment, ms: _, ...result } = await soon(job.done);
    const { counters, options: settled, bytesRead } = job;
    return { ...result, rows: segment.toArray(), counters: { ...counters }, settled, bytesRead };
  } catch (error) {
    if (error instanceof JobError) return { code: error.code, details: error.details };
    throw error;
  }
}

function drawInput(random: Random): Uint8Array {
  const text = random.pick(Object.values(GENERATORS))(random, random.pick([1, 20, 400, 3000]));
  const bytes = encoder.encode(text);
  switch (random.below(8)) {
    case 0:
      return new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]);
    case 1: {
      const broken = bytes.slice();
      if (broken.length > 0) broken[random.below(broken.length)] = random.below(256);
      return broken;
    }
    case 2:
      return new Uint8Array([0x1f, 0x8b, 0x08, ...bytes]); // as gzip begins
    case 3:
      return encoder.encode([...text].join("\0")); // looks wide
    default:
      return bytes;
  }
}

function drawOptions(random: Random): Partial<CountOptions> {
  const n = random.pick([1, 1, 2, 3]);
  return {
    tokenizer: random.pick(["unicode", "whitespace", "ascii", "lines", "icu"] as const),
    case: random.pick(["auto", "fold", "preserve"] as const),
    normalization: random.pick(["none", "nfc"] as const),
    n,
    lineBound: n > 1 && random.oneIn(2),
    top: random.pick([0, 3, 10]),
    min: random.pick([1, 1, 2]),
    order: random.pick(["count", "key"] as const),
    prefix: random.pick(["", "", "a"]),
    stop: random.pick([[], [], ["en"]]),
    stopWords: random.pick([[], [], ["the", "a"]]),
    invalid: random.pick(["replace", "reject"] as const),
    bom: random.pick(["skip", "keep"] as const),
    charset: random.pick(["auto", "utf-8", "utf-16le"]),
  };
}

Deno.test("Engine tells the same of a text, whichever thread counts it", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using here = await start({ inline: true });
  await using there = await start({ inline: false });
  await using either = await start({ inline: "auto" });
  for (let i = 0; i < CASES; i++) {
    const input = drawInput(random);
    const options = drawOptions(random);
    const [a, b, c] = await Promise.all(
      [here, there, either].map((engine) => tell(engine, input, options)),
    );
    const about = `seed ${seed}, case ${i}: ${JSON.stringify({ options, input: [...input] })}`;
    assertEquals(a, b, about);
    assertEquals(c, b, about);
  }
  assert(here.status().inline.jobs > CASES / 4);
  assertEquals(there.status().inline, { mode: false, jobs: 0, busyMs: 0 });
  const [a, b] = [here.status(), there.status()];
  assertEquals([a.ended, a.counted], [b.ended, b.counted], `seed ${seed}`);
});

Deno.test("Engine ends a job that it would count inline by a cancel, a signal or its time", async () => {
  await using engine = await start({ inline: true });
  const codeOf = async (done: Promise<JobResult>) =>
    (await assertRejects(() => done, JobError)).code;
  const job = engine.submit("a b");
  job.cancel();
  assertEquals(await codeOf(job.done), "job_cancelled");
  assertEquals(job.state, "cancelled");
  const { done } = engine.submit("a b", {}, { signal: AbortSignal.abort() });
  assertEquals(await codeOf(done), "job_cancelled");
  assertEquals(await codeOf(engine.submit("a b", {}, { timeoutMs: 0 }).done), "job_timeout");
  assertEquals(await codeOf(engine.submit("a b", {}, { maxBytes: 2 }).done), "body_too_large");
  assertEquals(await codeOf(engine.submit("").done), "empty_body");
  await until(() => engine.status().jobs.leaving === 0);
  const { ended, counted, inline } = engine.status();
  assertEquals(ended, { done: 0, failed: 1, invalid: 2, cancelled: 2, refused: 0 });
  assertEquals([counted.bytes, inline.jobs], [0, 0]);
});

Deno.test("Engine counts an inline job as one of its tenant until it has ended", async () => {
  await using engine = await start({ inline: true, maxTenantJobs: 3 });
  const submit = () => engine.submit("a b", {}, { tenant: "one" }).done;
  for (let round = 0; round < 3; round++) {
    const jobs = [submit(), submit(), submit()];
    const error = assertThrows(submit, JobError);
    assertEquals([error.code, error.details], ["too_many_jobs", { limit: 3 }]);
    await Promise.all(jobs);
    await until(() => engine.status().jobs.leaving === 0); // a thread may have counted some
  }
  assertEquals(engine.status().ended.refused, 3);
});

Deno.test("Engine gives its thread back when many short texts come at once, and counts them all", async () => {
  await using engine = await start({ inline: true });
  const text = encoder.encode("to be or not to be ".repeat(400));
  const jobs = Array.from({ length: 1500 }, () => engine.submit(text).done);
  for (const { totals, segment } of await soon(Promise.all(jobs))) {
    assertEquals([totals.tokens, segment.toArray()[0]], [2400, { key: "be", count: 800 }]);
  }
  const { inline, threads, counted, ended } = engine.status();
  assert(inline.jobs > 0 && threads[0].tasks > 0, `${inline.jobs} of ${jobs.length} inline`);
  assertEquals(inline.jobs + threads[0].tasks, jobs.length);
  assertEquals([counted.bytes, ended.done], [text.length * jobs.length, jobs.length]);
});

Deno.test("Engine tells observers of inline jobs as of others", async () => {
  const seen: string[] = [];
  const observers = [{
    submitted: ({ id, state }: { id: string; state: string }) => seen.push(`${id} ${state}`),
    ended: ({ id, state, counters, marks, options }: Parameters<
      NonNullable<NonNullable<EngineOptions["observers"]>[number]["ended"]>
    >[0]) => {
      const { submitted, firstByte, lastByte, mapped, reduced } = marks;
      assert(submitted <= firstByte && firstByte <= lastByte && lastByte <= mapped);
      assert(mapped <= reduced);
      seen.push(`${id} ${state} ${counters.bytes} ${counters.tokens} ${options.case}`);
    },
  }];
  await using engine = await start({ inline: true, observers });
  const job = engine.submit("a b", {}, { id: "mine" });
  await job.received;
  await job.done;
  await until(() => seen.length === 2);
  assertEquals(seen, ["mine pending", "mine done 3 2 fold"]);
});

Deno.test("Engine counts a short text while as many jobs as may run wait for theirs", async () => {
  await using engine = await start({ inline: true, maxQueuedJobs: 0 });
  const { runningJobs } = engine.status().bounds;
  const never = new ReadableStream<Uint8Array>();
  const streams = Array.from({ length: runningJobs }, () => engine.submit(new ReadableStream()));
  assertEquals(assertThrows(() => engine.submit(never), JobError).code, "too_many_jobs");
  assertEquals((await engine.submit("a").done).totals.tokens, 1); // it waits for none of them
  for (const job of streams) {
    job.cancel();
    await assertRejects(() => job.done, JobError);
  }
});

Deno.test("Engine has a text counted by a thread at which the kernel traps inline", async () => {
  await using engine = await start({ inline: true });
  const { count } = InlineCounter.prototype;
  const told = await tell(engine, "to be or not to be", {});
  InlineCounter.prototype.count = trap;
  try {
    assertEquals(await tell(engine, "to be or not to be", {}), told);
  } finally {
    InlineCounter.prototype.count = count;
  }
  assertEquals(await tell(engine, "to be or not to be", {}), told);
  const { inline, threads, ended } = engine.status();
  assertEquals([inline.jobs, ended.done], [2, 3]);
  assert(threads[0].tasks > 0);
});
