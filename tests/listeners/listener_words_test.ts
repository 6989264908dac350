import { assert, assertEquals } from "@std/assert";
import { BesideEngine } from "../../src/listeners/beside_engine.ts";
import { ListenerSums, MainWords, TENANT_SLOTS } from "../../src/listeners/listener_words.ts";
import { HttpMetrics } from "../../src/observe/http_metrics.ts";
import { until } from "../support/waits.ts";

const JOB = { jobs: 1, ms: 2, bytes: 10, tokens: 3, readMs: 0.5 };

function createListeners(count: number) {
  const words = new MainWords();
  const sums = Array.from({ length: count }, () => new ListenerSums());
  const engine = new BesideEngine(words, sums);
  /** The thread of a listener has views of its own. */
  const threads = sums.map(({ memory }) => new ListenerSums(memory));
  return { words, sums, engine, threads };
}

function end({ metrics }: ListenerSums): void {
  metrics.begin();
  metrics.end(metrics.addRoute("POST", "/v1/count"), 200, 1, undefined);
}

Deno.test("BesideEngine sums what all threads have counted", () => {
  const { engine, threads: [a, b] } = createListeners(2);
  a.add(JOB);
  a.add(JOB);
  b.add(JOB);
  assertEquals(engine.sums(), { jobs: 3, ms: 6, bytes: 30, tokens: 9, readMs: 1.5 });
});

Deno.test("BesideEngine charges each byte of a tenant once, and that of no other", () => {
  const { engine, threads: [a, b] } = createListeners(2);
  const [x, y] = [engine.slotOf("x"), engine.slotOf("y")];
  assertEquals([x, y, engine.slotOf("x")], [0, 1, 0]);
  a.add(JOB, x);
  b.add(JOB, x);
  b.add(JOB, y);
  for (const each of [a, b]) end(each);
  assertEquals([...engine.takeCharges()], [["x", 20], ["y", 10]]);
  assertEquals([...engine.takeCharges()], []);
  a.add(JOB, y);
  end(a);
  assertEquals([...engine.takeCharges()], [["y", 10]]);
});

Deno.test("BesideEngine gives no slot to a tenant beyond all of them", () => {
  const { engine } = createListeners(1);
  for (let slot = 0; slot < TENANT_SLOTS; slot++) assertEquals(engine.slotOf(`t${slot}`), slot);
  assertEquals(engine.slotOf("one more"), undefined);
  engine.tellJobs("one more", 1);
});

Deno.test("MainWords say to every thread what the main thread has said", () => {
  const { words, engine } = createListeners(1);
  const thread = new MainWords(words.memory);
  for (const isOpen of [true, false, true]) {
    engine.tellOpen(isOpen);
    assertEquals(thread.isOpen, isOpen);
  }
  assertEquals(thread.isStopping, false);
  words.stop();
  assertEquals(thread.isStopping, true);
  engine.tellJobs("x", 7);
  assertEquals(thread.jobsOf(engine.slotOf("x")!), 7);
  assertEquals([words.replaceKeys(), thread.keys], [1, 1]);
});

Deno.test("HttpMetrics.include() tells requests of the same routes together, by their names", () => {
  const { sums: [sums], threads: [thread] } = createListeners(1);
  const metrics = new HttpMetrics();
  metrics.addRoute("GET", "/livez"); // so that the numbers of the routes differ
  const post = metrics.addRoute("POST", "/v1/count");
  metrics.include(sums.metrics);
  metrics.begin();
  metrics.end(post, 200, 1, undefined);
  end(thread);
  thread.metrics.begin();
  const row = [...metrics.requests()].find(({ labels }) =>
    labels?.route === "/v1/count" && labels.status === "2xx"
  );
  assertEquals([row?.value, metrics.inFlight], [2, 1]);
});

Deno.test("no sum is lost or seen twice while threads count and the main thread looks", async () => {
  const { words, sums, engine } = createListeners(3);
  const slots = ["x", "y", "z"].map((name) => engine.slotOf(name)).length;
  const entry = new URL("./listener_words_worker.ts", import.meta.url);
  const workers = sums.map(() => new Worker(entry, { type: "module" }));
  try {
    const ends = workers.map((worker) => {
      const { promise, resolve } = Promise.withResolvers<number>();
      worker.onmessage = ({ data }) => resolve(data);
      return promise;
    });
    for (const [i, worker] of workers.entries()) {
      worker.postMessage({ sums: sums[i].memory, words: words.memory, slots });
    }
    await until(() => sums.every((each) => each.metrics.inFlight === 1)); // all are there
    engine.tellOpen(true);
    let charged = 0;
    const charge = () => {
      for (const [, bytes] of engine.takeCharges()) {
        assert(bytes > 0 && bytes % 8 === 0, `${bytes} bytes were charged`);
        charged += bytes;
      }
    };
    let last = 0;
    await until(() => {
      charge();
      const { jobs, bytes } = engine.sums();
      assert(jobs >= last, "a sum has shrunk");
      assert(charged <= 8 * (jobs + sums.length), "a byte was charged twice");
      assert(bytes <= 8 * (jobs + sums.length));
      last = jobs;
      return sums.every((each) => each.read().jobs > 5000);
    });
    words.stop();
    const jobs = (await Promise.all(ends)).reduce((sum, each) => sum + each);
    charge();
    assertEquals(engine.sums(), { jobs, ms: jobs / 2, bytes: 8 * jobs, tokens: jobs, readMs: 0 });
    assertEquals(charged, 8 * jobs);
  } finally {
    for (const worker of workers) worker.terminate();
  }
});
