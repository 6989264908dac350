import { assert, assertEquals } from "@std/assert";
import { DOORBELL, DOORBELL_PROBE, PAGES } from "../../assembly/layout.ts";
import {
  canWake,
  HostDoorbell,
  LOOK_TURNS,
  PROBE_TRIES,
  WorkerDoorbell,
} from "../../src/shared/doorbell.ts";
import { recordWaits } from "../support/atomics.ts";
import { pause, until } from "../support/waits.ts";

function createDoorbells() {
  const words = new Int32Array(new SharedArrayBuffer(PAGES));
  const counts = { drains: 0, messages: 0 };
  const host = new HostDoorbell(words, () => counts.drains++);
  const worker = new WorkerDoorbell(words, () => counts.messages++);
  return { words, counts, host, worker };
}

Deno.test("WorkerDoorbell.ring() posts a message until a probe has come through", async () => {
  const { counts, host, worker } = createDoorbells();
  worker.ring();
  assertEquals(counts.messages, 1);
  assertEquals(host.mode, "message");

  const alive = setInterval(() => {}, 1); // a pending waitAsync does not keep a process alive
  let listening: Promise<void> | undefined;
  await until(async () => { // a busy machine is late
    listening = host.onProbe();
    worker.probe();
    await pause(0);
    return host.mode === "wait";
  });
  const tries = recordWaits(() => worker.probe()); // as a replaced worker does
  assertEquals(tries, [], "it tries nothing any more");
  worker.ring();
  assertEquals(counts.messages, 1);
  host.close();
  await listening;
  clearInterval(alive);
  assert(counts.drains > 0, `the host drained ${counts.drains} times`);
});

Deno.test("HostDoorbell stays with messages when a probe was notified before it waited", async () => {
  const { words, host, worker } = createDoorbells();
  const tries = recordWaits(() => worker.probe(), "timed-out"); // nobody listens
  assertEquals(tries.length, PROBE_TRIES);
  assertEquals(Atomics.load(words, DOORBELL_PROBE >> 2), 0);

  const alive = setInterval(() => {}, 1);
  const waiting = host.onProbe();
  assertEquals(host.mode, "message");
  host.close();
  await waiting;
  clearInterval(alive);
  assertEquals(host.mode, "message");
});

Deno.test("HostDoorbell does not listen when its word changed for another reason", async () => {
  const { words, host } = createDoorbells();
  Atomics.store(words, DOORBELL_PROBE >> 2, 1);
  await host.onProbe();
  assertEquals(host.mode, "message");
  assertEquals(Atomics.load(words, DOORBELL >> 2), 0);
});

Deno.test("canWake() tells versions apart by number", () => {
  const versions = ["2.5.0", "2.7.5", "2.7.6", "2.7.10", "2.10.0", "3.0.0"];
  assertEquals(versions.filter((each) => canWake(each)), versions.slice(2));
});

/** More turns of the event loop than a doorbell looks out for. */
async function giveUp(): Promise<void> {
  for (let turn = 0; turn < 2 * LOOK_TURNS; turn++) await new Promise(setImmediate);
}

Deno.test("HostDoorbell.expect() finds a ring that nobody is told of, and drains once for it", async () => {
  const { words, counts, host } = createDoorbells();
  host.expect();
  Atomics.add(words, DOORBELL >> 2, 1);
  await giveUp();
  assertEquals(counts.drains, 1);
  await giveUp();
  assertEquals(counts.drains, 1);
});

Deno.test("HostDoorbell.expect() gives up after a while, and may be asked again", async () => {
  const { words, counts, host } = createDoorbells();
  host.expect();
  await giveUp();
  Atomics.add(words, DOORBELL >> 2, 1);
  await giveUp();
  assertEquals(counts.drains, 0, "nobody looks any more");
  host.expect();
  host.expect();
  Atomics.add(words, DOORBELL >> 2, 1);
  await giveUp();
  assertEquals(counts.drains, 1);
});

Deno.test("HostDoorbell.expect() looks at nothing once it is closed", async () => {
  const { counts, host } = createDoorbells();
  host.expect();
  host.close(); // which rings
  await giveUp();
  assertEquals(counts.drains, 0);
});
