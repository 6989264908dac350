// A server whose engine holds every job, so that its listeners are idle; with `--bare`, one that
// only opens a stream for every request and leaves it open. For events.ts.
import { createApp } from "../../../src/app.ts";
import { JobRegistry } from "../../../src/jobs/job_registry.ts";
import { MemoryStore } from "../../../src/store/memory_store.ts";
import { FakeEngine } from "../../../tests/support/http/fake_engine.ts";

/** Streams that stay open must stay in reach, or they would be collected. */
const open = new Set<ReadableStreamDefaultController>();

function createHolder(): (request: Request) => Response | Promise<Response> {
  const engine = new FakeEngine();
  engine.hold = Promise.withResolvers<void>().promise;
  const store = new MemoryStore({ maxBytes: 1e6 });
  const jobs = new JobRegistry(store, { ttlMs: 60_000 });
  return createApp({ engine, jobs, options: { readTimeoutMs: 30_000 } }).fetch;
}

function openStream(): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        open.add(controller);
        controller.enqueue(new TextEncoder().encode("event: progress\n\n"));
      },
    }),
  );
}

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(`listens on http://127.0.0.1:${port}`),
}, Deno.args.includes("--bare") ? openStream : createHolder());
