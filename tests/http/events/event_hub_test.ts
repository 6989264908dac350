import { assert, assertEquals } from "@std/assert";
import { EventHub } from "../../../src/http/events/event_hub.ts";
import { readEvents, submitHeld } from "../../support/http/events.ts";
import { createTestApp } from "../../support/http/test_app.ts";
import { sendValueKernel } from "../../support/http/value_kernel.ts";
import { soon } from "../../support/waits.ts";

/** Between two looks at a job: a test does not wait for real ones. */
const TICK_MS = 2;

Deno.test("EventHub tells progress and the largest counts as they change, and only then", async () => {
  await using test = await createTestApp();
  const { path, letGo } = await submitHeld(test);
  const hub = new EventHub(test.jobs, { tickMs: TICK_MS });
  const watched = { id: path.split("/").at(-1)!, tenant: undefined };
  const status = await test.jobs.status(watched.id, undefined);
  const [events, silent] = [10, 0].map((top) =>
    readEvents(new Response(hub.listen(watched, status, top)))
  );
  await Promise.all([events.next(), silent.next()]);
  const { counters } = test.engine.jobs[0];
  const told: string[] = [];
  for (let tokens = 1; tokens <= 3; tokens++) {
    counters.tokens = tokens;
    for (let seen = false; !seen;) {
      const { value } = await soon(events.next());
      told.push(value!.event!);
      seen = value!.data.tokens === tokens;
    }
  }
  letGo();
  const rest = await Array.fromAsync(events);
  told.push(...rest.map(({ event }) => event!));
  assertEquals(told.filter((event) => event === "progress").length, 3);
  assert(told.includes("top"), told.join());
  assertEquals(told.at(-1), "done");
  const quiet = await Array.fromAsync(silent);
  assertEquals(quiet.map(({ event }) => event), ["progress", "progress", "progress", "done"]);
});

Deno.test("EventHub tells the largest counts to who comes when nothing moves any more", async () => {
  await using test = await createTestApp();
  const { path, letGo } = await submitHeld(test);
  const watched = { id: path.split("/").at(-1)!, tenant: undefined };
  const status = await test.jobs.status(watched.id, undefined);
  const hub = new EventHub(test.jobs, { tickMs: TICK_MS });
  for (let come = 1; come <= 2; come++) {
    const events = readEvents(new Response(hub.listen(watched, status, 10)));
    const told = [await soon(events.next()), await soon(events.next())];
    assertEquals(told.map(({ value }) => value!.event), ["progress", "top"]);
    await events.return(undefined);
  }
  letGo();
});

Deno.test("EventHub forgets a job when its last listener goes or the job ends", async () => {
  await using test = await createTestApp();
  const { path, letGo } = await submitHeld(test);
  const watched = { id: path.split("/").at(-1)!, tenant: undefined };
  const status = await test.jobs.status(watched.id, undefined);
  const hub = new EventHub(test.jobs);
  const listen = () => hub.listen(watched, status, 10);
  const [first, second] = [listen(), listen()];
  await first.cancel();
  assertEquals(hub.watched, 1);
  await second.cancel();
  assertEquals(hub.watched, 0);
  const third = listen();
  assertEquals(hub.watched, 1);
  letGo();
  await new Response(third).text();
  assertEquals(hub.watched, 0);
});

Deno.test("EventHub lets a listener that does not read miss events, but not the end", async () => {
  await using test = await createTestApp();
  const { path, letGo } = await submitHeld(test);
  const id = path.split("/").at(-1)!;
  const hub = new EventHub(test.jobs, { tickMs: TICK_MS });
  const stream = hub.listen({ id, tenant: undefined }, await test.jobs.status(id, undefined), 0);
  const { counters } = test.engine.jobs[0];
  const told = hub.listen({ id, tenant: undefined }, await test.jobs.status(id, undefined), 0);
  const reader = readEvents(new Response(told));
  for (let tokens = 1; tokens <= 10; tokens++) { // more than may wait for the other
    counters.tokens = tokens;
    for (let seen = 0; seen !== tokens;) seen = (await soon(reader.next())).value!.data?.tokens;
  }
  letGo();
  const events = await Array.fromAsync(readEvents(new Response(stream)));
  assertEquals([events.length, events.at(-1)!.event], [9, "done"]);
  await Array.fromAsync(reader);
});

Deno.test("EventHub lets go of jobs that run elsewhere when the server stops", async () => {
  await using test = await createTestApp();
  const { path } = await submitHeld(test);
  const id = path.split("/").at(-1)!;
  const status = await test.jobs.status(id, undefined);
  const elsewhere = { live: () => undefined, status: () => Promise.resolve(status) };
  let leaving = false;
  const hub = new EventHub(elsewhere, { tickMs: TICK_MS, leaving: () => leaving });
  const events = readEvents(new Response(hub.listen({ id, tenant: undefined }, status, 0)));
  assertEquals((await events.next()).value!.event, "progress");
  leaving = true;
  assertEquals(await Array.fromAsync(events), []);
  assertEquals(hub.watched, 0);
});

Deno.test("EventHub tells the largest values where the job's kernel emits values", async () => {
  await using test = await createTestApp();
  const kernel = await sendValueKernel(test, { value: "f64", op: "max" });
  const { path, letGo } = await submitHeld(test, `?kernel=${kernel}`, "b=1 a=2.5");
  const hub = new EventHub(test.jobs, { tickMs: TICK_MS });
  const id = path.split("/").at(-1)!;
  const status = await test.jobs.status(id, undefined);
  const events = readEvents(new Response(hub.listen({ id, tenant: undefined }, status, 10)));
  test.engine.jobs[0].counters.tokens = 1;
  let told;
  do told = (await soon(events.next())).value!; while (told.event !== "top");
  assertEquals(told.data, { approximate: true, counts: [{ key: "fake", value: 1 }] });
  letGo();
  const rest = await Array.fromAsync(events);
  assertEquals([rest.at(-1)!.event, rest.at(-1)!.data.totals.counted], ["done", undefined]);
});
