// A server whose engine holds every job, so that its listeners are idle. For events.ts.
import { createApp } from "../../src/app.ts";
import { JobRegistry } from "../../src/store/job_registry.ts";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { FakeEngine } from "../../tests/support/fake_engine.ts";

const engine = new FakeEngine();
engine.hold = Promise.withResolvers<void>().promise;
const store = new MemoryStore({ maxBytes: 1e6 });
const jobs = new JobRegistry(store, { ttlMs: 60_000 });
const app = createApp({ engine, jobs, options: { readTimeoutMs: 30_000 } });
Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(`listens on http://127.0.0.1:${port}`),
}, app.fetch);
