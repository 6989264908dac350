import { assert, assertEquals, assertRejects } from "@std/assert";
import { type JobEvent, MillraceError } from "../../src/client/mod.ts";
import { JobError } from "../../src/contract/problems.ts";
import { gatedStream } from "../support/inputs.ts";
import { soon, until } from "../support/waits.ts";
import { createPair, fetchOf, type Pair, WAYS } from "./support.ts";

const TEXT = "b a b c b a";

/** Holds the end of every job until it is let go. */
function hold({ test }: Pair): () => void {
  const held = Promise.withResolvers<void>();
  test.engine.hold = held.promise;
  return held.resolve;
}

function codeOf(promise: Promise<unknown>): Promise<string> {
  return soon(promise.then(() => "no error", (error) => error.code ?? error));
}

for (const way of WAYS) {
  Deno.test(`a job is submitted, awaited and read, over a ${way}`, async () => {
    await using pair = await createPair(way);
    const job = pair.millrace.jobs.submit(TEXT, { top: 2 });
    const done = await job.done;
    assertEquals([done.id, done.state, done.totals!.keys], [job.id, "done", 3]);
    const { counts } = await job.result();
    assertEquals(counts, [{ key: "b", count: 3 }, { key: "a", count: 2 }]);
    const rows = await Array.fromAsync(job.rows({ top: 0, order: "key" }));
    assertEquals(rows.map(({ key }) => key), ["a", "b", "c"]);
    const same = pair.millrace.jobs.get(job.id);
    assertEquals((await same.status()).state, "done");
    assertEquals((await Array.fromAsync(same.events())).map(({ event }) => event), ["done"]);
    const again = pair.millrace.jobs.submit(TEXT, { top: 2, id: job.id });
    assertEquals((await again.done).createdAt, done.createdAt);
    const other = pair.millrace.jobs.submit("another", { id: job.id });
    assertEquals(await codeOf(other.result()), "id-reused");
    assertEquals(await codeOf(other.uploaded), "id-reused");
  });

  Deno.test(`events() tells of a job while its body is sent, and of its end, over a ${way}`, async () => {
    await using pair = await createPair(way);
    const gate = Promise.withResolvers<void>();
    const job = pair.millrace.jobs.submit(gatedStream([TEXT], gate.promise));
    const events = job.events({ top: 0 });
    const told: JobEvent[] = [];
    do told.push((await soon(events.next())).value!); while (
      told.at(-1)!.event === "progress" &&
      (told.at(-1) as { data: { bytes: number } }).data.bytes === 0
    );
    gate.resolve();
    const rest = await soon(Array.fromAsync(events));
    const last = rest.at(-1)!;
    assertEquals(last.event, "done");
    assert(last.event === "done" && last.data.totals!.tokens === 6);
  });

  Deno.test(`cancel() ends an upload or a job, and the server forgets it, over a ${way}`, async () => {
    await using pair = await createPair(way);
    const gate = Promise.withResolvers<void>();
    const uploading = pair.millrace.jobs.submit(gatedStream([TEXT], gate.promise));
    await until(() => pair.test.engine.jobs.length === 1);
    const events = soon(Array.fromAsync(uploading.events()));
    await uploading.cancel();
    assertEquals(await codeOf(uploading.done), "job-cancelled");
    assertEquals(await codeOf(uploading.uploaded), "job-cancelled");
    assertEquals(await codeOf(uploading.status()), "unknown-job");
    assert((await events).every(({ event }) => event === "progress" || event === "cancelled"));
    gate.resolve();

    hold(pair);
    const running = pair.millrace.jobs.submit(TEXT);
    await running.uploaded;
    const result = codeOf(running.result());
    await running.cancel();
    assertEquals(await result, "job-cancelled");
    await running.cancel(); // is over
  });
}

Deno.test("await using cancels a job that runs, and keeps one that has ended", async () => {
  await using pair = await createPair("fetch");
  const { jobs } = pair.millrace;
  let ended;
  {
    await using job = ended = jobs.submit(TEXT);
    await job.uploaded;
    await pair.test.jobs.drained();
  }
  assertEquals((await ended.status()).state, "done");
  hold(pair);
  let running;
  {
    await using job = running = jobs.submit(TEXT);
    await job.uploaded;
  }
  assertEquals(await codeOf(running.status()), "unknown-job");
  assertEquals(pair.test.engine.jobs[1].state, "cancelled");
});

Deno.test("a job that fails says why, to everybody who waits for it", async () => {
  await using pair = await createPair("fetch", { maxBodyBytes: 20 });
  const { jobs } = pair.millrace;
  pair.test.engine.failure = new JobError("out_of_memory", "Cannot count", {
    details: { limit: 8 },
  });
  const job = jobs.submit(TEXT);
  const error = await assertRejects(() => job.done, MillraceError, "Cannot count");
  assertEquals([error.code, error.problem.limit], ["out-of-memory", 8]);
  assertEquals(await codeOf(job.rows().next()), "out-of-memory");
  const told = await Array.fromAsync(job.events());
  assertEquals(told.map(({ event }) => event), ["failed"]);
  const large = jobs.submit("x".repeat(21));
  assertEquals(await codeOf(Array.fromAsync(large.events())), "body-too-large");
  assertEquals(await codeOf(large.done), "body-too-large");
  assertEquals(await codeOf(jobs.get(large.id).events().next()), "unknown-job");
  assertEquals(await codeOf(job.events({ top: 101 }).next()), "invalid-parameter");
});

Deno.test("events() opens a lost connection again, and says what it has seen", async () => {
  await using pair = await createPair("fetch");
  const letGo = hold(pair);
  const fetch = fetchOf(pair.test);
  const seen: (string | null)[] = [];
  const millrace = pair.connect({
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (!url.includes("/events")) return response;
      seen.push(new Headers(init.headers).get("last-event-id"));
      return seen.length === 1 ? cutAfterFirst(response) : response;
    },
  });
  const job = millrace.jobs.submit(TEXT);
  await job.uploaded;
  const told: string[] = [];
  for await (const { event } of job.events({ top: 0 })) {
    told.push(event);
    if (seen.length === 2) letGo();
  }
  assertEquals([seen, told.at(-1)], [[null, "1"], "done"]);
  assertEquals(told.filter((event) => event === "done").length, 1);
});

Deno.test("a wait for a job ends when the caller aborts, and the job goes on", async () => {
  await using pair = await createPair("fetch");
  const letGo = hold(pair);
  const job = pair.millrace.jobs.submit(TEXT);
  await job.uploaded;
  const late = await soon(job.result({ timeoutMs: 5 }).catch((error) => error));
  assertEquals(late.name, "TimeoutError");
  const caller = new AbortController();
  const events = job.events({ signal: caller.signal });
  await soon(events.next());
  const next = events.next();
  caller.abort(new Error("enough"));
  await assertRejects(() => soon(next), Error, "enough");
  letGo();
  assertEquals((await job.result()).totals.tokens, 6);
});

Deno.test("list() gives the jobs page by page, the newest first", async () => {
  await using pair = await createPair("fetch");
  const { jobs } = pair.millrace;
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    const job = jobs.submit(TEXT);
    await job.done;
    ids.unshift(job.id);
  }
  const listed = await Array.fromAsync(jobs.list({ limit: 2, state: "done" }));
  assertEquals(listed.map(({ id }) => id).sort(), ids.sort()); // two may be of one millisecond
  assertEquals(await Array.fromAsync(jobs.list({ state: "failed" })), []);
});

/** The answer up to its first event, then an error as of a lost connection. */
async function cutAfterFirst(response: Response): Promise<Response> {
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  let isSent = false;
  const body = new ReadableStream({
    pull(controller) {
      if (isSent) return controller.error(new TypeError("connection reset"));
      isSent = true;
      controller.enqueue(value);
    },
  });
  return new Response(body, response);
}
