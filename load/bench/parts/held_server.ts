// A server whose engine holds every job, so that its listeners are idle; with `--bare`, one that
// only opens a stream for every request and leaves it open. For events.ts.
import { startServer } from "../../../src/server.ts";
import { FakeEngine } from "../../../tests/support/http/fake_engine.ts";

/** Streams that stay open must stay in reach, or they would be collected. */
const open = new Set<ReadableStreamDefaultController>();

async function startHolder(): Promise<string> {
  const engine = new FakeEngine();
  engine.hold = Promise.withResolvers<void>().promise;
  return (await startServer({ port: 0 }, { engine })).origin;
}

function startBare(): string {
  const { addr } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, openStream);
  return `http://127.0.0.1:${addr.port}`;
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

const origin = Deno.args.includes("--bare") ? startBare() : await startHolder();
console.log(`listens on ${origin}`);
