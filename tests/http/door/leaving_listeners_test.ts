import { assertEquals } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { EventHub } from "../../../src/http/events/event_hub.ts";
import type { JobRecord } from "../../../src/store/job_record.ts";
import { RawConnection } from "../../support/http/raw_http.ts";
import { createTestApp, post } from "../../support/http/test_app.ts";

const LISTENERS = 20;
const ROUNDS = 20;

/**
 * How their job ends, as a server sees it: in the same turn of its loop as the listeners' leaving.
 * When it tells the end, it knows of some that they have left, and of others it learns as it tells.
 */
const ENDS: Record<string, (path: string, held: PromiseWithResolvers<void>) => string> = {
  "is done": (path, { resolve }) => {
    resolve();
    return `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  },
  "fails": (path, { reject }) => {
    reject(new JobError("worker_lost", "Cannot count"));
    return `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  },
  "is deleted": (path) => `DELETE ${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
};

for (const [name, end] of Object.entries(ENDS)) {
  Deno.test(`${ROUNDS * LISTENERS} listeners leave at every moment while their job ${name}`, async () => {
    await using test = await createTestApp({ listen: true });
    const port = Number(new URL(test.origin).port);
    for (let round = 0; round < ROUNDS; round++) {
      const held = Promise.withResolvers<void>();
      test.engine.hold = held.promise;
      const accepted = await post(test.app, "/v1/jobs", "b a b");
      const path = accepted.headers.get("location")!;
      const listeners = await Promise.all(
        Array.from({ length: LISTENERS }, () => listen(port, path)),
      );
      using ender = await RawConnection.open(port);
      const leave = () => listeners.shift()?.[Symbol.dispose]();
      const before = round % LISTENERS;
      for (let i = 0; i < before; i++) leave();
      const written = ender.write(end(path, held));
      if (round % 2 === 0) await written;
      while (listeners.length > 0) leave();
      await ender.read(/^HTTP\/1.1 20/);
      held.resolve();
    }
    const health = await fetch(`http://127.0.0.1:${port}/healthz`);
    assertEquals((await health.json()).status, "ok");
  });
}

async function listen(port: number, path: string): Promise<RawConnection> {
  const listener = await RawConnection.open(port);
  await listener.write(`GET ${path}/events HTTP/1.1\r\nHost: x\r\n\r\n`);
  await listener.read(/event: progress/);
  return listener;
}

/** What a look at a job gives, as the registry would. */
const LOOKS: Record<string, (status: JobRecord) => Promise<JobRecord>> = {
  "goes on": (status) => Promise.resolve({ ...status, state: "running" }),
  "has ended": (status) => Promise.resolve({ ...status, state: "cancelled" }),
  "was removed": () => Promise.reject(new JobError("unknown_job", "Cannot find job")),
  "cannot be read": () => Promise.reject(new RangeError("the store fails")),
};

for (const [name, look] of Object.entries(LOOKS)) {
  Deno.test(`EventHub forgets listeners that leave around a look at a job that ${name}`, async () => {
    await using test = await createTestApp();
    const held = Promise.withResolvers<void>();
    test.engine.hold = held.promise;
    const accepted = await post(test.app, "/v1/jobs", "b a b");
    const id = accepted.headers.get("location")!.split("/").at(-1)!;
    const status = await test.jobs.status(id, undefined);
    const begun = Promise.withResolvers<void>();
    const looked = Promise.withResolvers<void>();
    const hub = new EventHub({
      live: () => test.engine.jobs[0],
      status: async () => {
        begun.resolve();
        await looked.promise;
        return await look(status);
      },
    }, { tickMs: 1 });
    const readers = Array.from(
      { length: 6 },
      (_, i) => hub.listen({ id, tenant: undefined }, status, i).getReader(),
    );
    const [before, during, atOnce, waiting, ...others] = readers;
    await before.cancel();
    await begun.promise;
    await during.cancel();
    await waiting.read();
    const next = waiting.read();
    looked.resolve();
    await atOnce.cancel();
    await waiting.cancel();
    await next;
    await Promise.all(others.map((each) => each.cancel()));
    assertEquals(hub.watched, 0);
    held.resolve();
    await test.jobs.drained();
  });
}
