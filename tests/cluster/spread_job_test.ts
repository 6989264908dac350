import { assertEquals, assertRejects } from "@std/assert";
import { createCountOptions } from "../../src/contract/options.ts";
import type { SpreadTerms } from "../../src/cluster/cluster_job.ts";
import type { FoundText } from "../../src/cluster/find_texts.ts";
import { LiveSplits } from "../../src/cluster/live_splits.ts";
import { planTexts } from "../../src/cluster/split_plan.ts";
import { type SpreadContext, spreadJob } from "../../src/cluster/spread_job.ts";
import { UNTRACED } from "../../src/cluster/trace_work.ts";
import { NOTHING_COUNTED } from "../../src/engine/job/first_state.ts";
import { soon, until } from "../support/waits.ts";

const TEXT: FoundText = {
  source: {
    url: "http://files.test/",
    bytes: 1000,
    validator: '"1"',
    name: "files.test",
    markBytes: 0,
  },
  bytes: 1000,
  divides: true,
};

const PLAN = planTexts([TEXT], { nodes: 2, splitBytes: 100 });

/** A queue whose Redis has gone away: what it is told waits. */
function silentQueue(asked: string[]) {
  const never = new Promise<never>(() => {});
  const ask = (what: string) => () => {
    asked.push(what);
    return never;
  };
  return {
    awaited: 0,
    add: ask("add"),
    cancel: ask("cancel"),
  } as unknown as SpreadContext["queue"];
}

function contextOf(queue: SpreadContext["queue"]): SpreadContext {
  return {
    queue,
    idleNodes: () => 0,
    reducers: () => 0,
    trace: UNTRACED,
  } as unknown as SpreadContext;
}

function termsOf(signal: AbortSignal): SpreadTerms {
  const options = createCountOptions();
  const live = new LiveSplits({ ...NOTHING_COUNTED }, {});
  return {
    id: "job",
    options,
    limits: {},
    weight: 4,
    live,
    signal,
    shape: {},
  } as unknown as SpreadTerms;
}

Deno.test("spreadJob() gives up where Redis has gone away, and takes back what it may have", async () => {
  const asked: string[] = [];
  const { signal } = new AbortController();
  const context = contextOf(silentQueue(asked));
  assertEquals(await soon(spreadJob(context, termsOf(signal), PLAN, 2)), undefined);
  assertEquals(asked, ["add", "cancel"]);
});

Deno.test("spreadJob() ends when it is cancelled while Redis is away", async () => {
  const asked: string[] = [];
  const abort = new AbortController();
  const spreading = spreadJob(contextOf(silentQueue(asked)), termsOf(abort.signal), PLAN, 2);
  await until(() => asked.length === 1);
  abort.abort(new Error("cancelled"));
  await assertRejects(() => soon(spreading), Error, "cancelled");
  assertEquals(asked, ["add", "cancel"]);
});
