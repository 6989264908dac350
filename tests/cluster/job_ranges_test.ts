import { assertEquals, assertRejects } from "@std/assert";
import { OutputLost } from "../../src/cluster/fetch_output.ts";
import { JobRanges, type RangesContext, type RangeSource } from "../../src/cluster/job_ranges.ts";
import type { QueuedSplit } from "../../src/cluster/split_queue.ts";
import type { RangeTask, SplitOutcome, SplitOutput } from "../../src/cluster/split_task.ts";
import { createCountOptions } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";

const OPTIONS = createCountOptions();
const TERMS = { task: { job: "job", options: OPTIONS }, share: { flow: "job", weight: 1 } };

/** Bytes of keys of each of two splits; a range has half of them. */
const BYTES = 1000;

function outputOf(token: string): SplitOutput {
  const samples = ["b", "m", "x"].map(btoa);
  return { node: "http://node", token, from: 0, to: 1, keys: 10, bytes: BYTES, samples };
}

function reduced(token: string, bytes = BYTES): SplitOutcome {
  const report = { totals: { bytes, tokens: 0, keys: 3, replacements: 0 } };
  return { output: { ...outputOf(token), report } as SplitOutput };
}

/** What nodes say of each attempt at a range. */
type Answer = (task: RangeTask, attempt: number) => SplitOutcome | Promise<SplitOutcome>;

/** Has ranges reduced by nodes that say what they are told to say. */
function setUp(answer: Answer, fetchIt = (_: SplitOutput) => Promise.resolve(undefined)) {
  const attempts: RangeTask[] = [];
  const plans = new Map<string, string>();
  const remade: string[] = [];
  const context = {
    queue: {
      awaited: 0,
      add(splits: readonly QueuedSplit<RangeTask>[]) {
        return Promise.resolve(splits.map(async ({ task }) => {
          await undefined;
          return await answer(task, attempts.push(task));
        }));
      },
    },
    idleNodes: () => 0,
    outputs: {
      write(_: string, token: string, blocks: Iterable<Uint8Array>) {
        const [bytes] = blocks;
        const places = JSON.parse(new TextDecoder().decode(bytes)) as { token: string }[];
        plans.set(token, places.map(({ token }) => token).join());
        return Promise.resolve();
      },
    },
    node: "http://asked",
    fetched: { fetch: fetchIt, throwIfEnded() {} },
    reducers: 2,
    aloneBytes: 1000,
  } as unknown as RangesContext;
  const sources: RangeSource[] = ["a", "b"].map((token) => ({
    output: outputOf(token),
    again() {
      remade.push(token);
      return Promise.resolve(outputOf(`${token}-again`));
    },
  }));
  const ranges = new JobRanges(context, { ...TERMS, traceparent: undefined }, OPTIONS, sources);
  const run = () => ranges.run().finally(() => ranges.close());
  return { run, attempts, remade, planOf: (task: RangeTask) => plans.get(task.source.plan.token) };
}

Deno.test("JobRanges has each range reduced once", async () => {
  const { run, attempts, planOf } = setUp((_, attempt) => reduced(`reduced-${attempt}`));
  const ranges = await run();
  assertEquals(ranges.map(({ output }) => output.token), ["reduced-1", "reduced-2"]);
  const [first, second] = attempts.map(({ source }) => source);
  assertEquals([first.from, second.from, second.to], [undefined, first.to, undefined]);
  assertEquals(attempts.map(planOf), ["a,b", "a,b"]);
});

Deno.test("JobRanges has an output made again once for all ranges that miss it", async () => {
  const { run, attempts, remade, planOf } = setUp((task, attempt) => {
    const { plan: { token: plan } } = task.source;
    return attempt <= 2 ? { lost: { plan, sources: [1] } } : reduced(`reduced-${attempt}`);
  });
  assertEquals((await run()).length, 2);
  assertEquals(remade, ["b"]);
  assertEquals(attempts.map(planOf), ["a,b", "a,b", "a,b-again", "a,b-again"]);
});

Deno.test("JobRanges has a range reduced again that is gone with its node", async () => {
  const lost = new Set(["reduced-1"]);
  const { run, remade } = setUp(
    (_, attempt) => reduced(`reduced-${attempt}`),
    ({ token }) =>
      lost.has(token) ? Promise.reject(new OutputLost("gone", {})) : Promise.resolve(undefined),
  );
  const tokens = (await run()).map(({ output }) => output.token);
  assertEquals(tokens.sort(), ["reduced-2", "reduced-3"]);
  assertEquals(remade, []);
});

Deno.test("JobRanges gives up what is lost again and again, and says so", async () => {
  const { run, attempts } = setUp(({ source: { plan } }) => ({
    lost: { plan: plan.token, sources: [0] },
  }));
  const error = await assertRejects(run, JobError, "lost 6 times");
  assertEquals([error.code, attempts.length >= 6], ["worker_lost", true]);
});

Deno.test("JobRanges takes no answer of which a key is in no range, or in two", async () => {
  for (const bytes of [BYTES - 24, BYTES + 24]) {
    const { run } = setUp((_, attempt) => reduced(`${attempt}`, attempt === 1 ? bytes : BYTES));
    const error = await assertRejects(run, JobError, "do not agree");
    assertEquals(error.code, "internal");
  }
});
