import { assert, assertEquals, assertRejects } from "@std/assert";
import { ClusterMeter } from "../../src/cluster/cluster_meter.ts";
import { type RangeContext, reduceRange } from "../../src/cluster/reduce_range.ts";
import { SplitOutputs } from "../../src/cluster/split_outputs.ts";
import type { OutputPlace, RangeTask } from "../../src/cluster/split_task.ts";
import { createCountOptions } from "../../src/contract/options.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { soon, until } from "../support/waits.ts";

const LISTS = [[["a", 1], ["b", 2], ["z", 3]], [["b", 4], ["y", 5]]] as const;

/** A node that keeps two outputs and a list of them, and whose engine never ends. */
async function setUp(stack: AsyncDisposableStack) {
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const meter = new ClusterMeter();
  const outputs = new SplitOutputs(folder, meter);
  const server = stack.use(
    Deno.serve({ port: 0, onListen() {} }, (request) => {
      return outputs.answer(request, new URL(request.url).pathname) ?? new Response();
    }),
  );
  const node = `http://127.0.0.1:${server.addr.port}`;
  for (const [i, list] of LISTS.entries()) {
    await outputs.writeByKey("job", `output-${i}`, Segment.from(list));
  }
  const submitted: string[][] = [];
  const engine = {
    submit(input: { lists: { segments: Segment[] } }) {
      submitted.push(...input.lists.segments.map((each) => each.toArray().map(({ key }) => key)));
      return { done: new Promise(() => {}) };
    },
  };
  let files = 0;
  const context = {
    engine,
    outputs,
    meter,
    node,
    signatures: { sign: () => Promise.resolve("") },
    scratchPath: () => `${folder}/scratch-${files++}`,
  } as unknown as RangeContext;
  const scratch = () =>
    [...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("scratch")).length;
  const tell = async (token: string, places: readonly OutputPlace[]) => {
    await outputs.write("job", token, [new TextEncoder().encode(JSON.stringify(places))]);
    const source = { plan: { node, token }, from: btoa("b"), to: btoa("y") };
    const options = createCountOptions();
    return { job: "job", options, part: 0, source, from: 0, to: 1 } satisfies RangeTask;
  };
  return { context, tell, node, submitted, scratch };
}

function attemptOf(signal: AbortSignal) {
  return { signal, isRepeated: false, isLast: false, follow() {} };
}

Deno.test("reduceRange() fetches a range of each output, and stops as soon as its job is cancelled", async () => {
  await using stack = new AsyncDisposableStack();
  const { context, tell, node, submitted, scratch } = await setUp(stack);
  const task = await tell("plan", LISTS.map((_, i) => ({ node, token: `output-${i}` })));
  const abort = new AbortController();
  const reducing = reduceRange(
    { ...context, engine: abortable(context.engine, abort.signal) },
    task,
    attemptOf(abort.signal),
  );
  await until(() => submitted.length === 2);
  assertEquals(submitted, [["b"], ["b"]]);
  abort.abort(new Error("cancelled"));
  await assertRejects(() => soon(reducing), Error, "cancelled");
  await until(() => scratch() === 0);
});

Deno.test("reduceRange() says which outputs are gone, and leaves no file", async () => {
  await using stack = new AsyncDisposableStack();
  const { context, tell, node, submitted, scratch } = await setUp(stack);
  const gone = "http://127.0.0.1:1";
  const task = await tell("plan", [
    { node, token: "output-0" },
    { node: gone, token: "output-1" },
    { node, token: "no-output" },
    { node: gone, token: "output-2" },
  ]);
  const outcome = await reduceRange(context, task, attemptOf(new AbortController().signal));
  assertEquals(outcome, { lost: { plan: "plan", sources: [1, 2, 3] } });
  assertEquals(submitted, []);
  await until(() => scratch() === 0);
});

Deno.test("reduceRange() says that nothing is known of a job that its node has let go of", async () => {
  await using stack = new AsyncDisposableStack();
  const { context, tell } = await setUp(stack);
  const task = await tell("plan", []);
  await context.outputs.drop("job");
  const outcome = await reduceRange(context, task, attemptOf(new AbortController().signal));
  assertEquals(outcome, { lost: { plan: "plan", sources: [] } });
  assert(!outcome.output);
});

/** An engine whose jobs end when they are cancelled, as those of a real one do. */
function abortable(engine: RangeContext["engine"], signal: AbortSignal): RangeContext["engine"] {
  const submit: RangeContext["engine"]["submit"] = (...asked) => {
    const { promise: done, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return { ...engine.submit(...asked), done };
  };
  return { ...engine, submit };
}
