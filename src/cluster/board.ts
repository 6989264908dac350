import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { HonoAdapter } from "@bull-board/hono";
import { Queue } from "bullmq";
import { Hono } from "hono";
import { serveStatic } from "hono/deno";
import { ignoreError, own } from "../async/own.ts";
import { showUrl } from "../intake/remote/url_errors.ts";
import type { RedisServer } from "./redis_server.ts";
import { QUEUE } from "./split_queue.ts";
import type { SplitProgress } from "./split_progress.ts";
import type { SplitOutcome, SplitTask } from "./split_task.ts";

/** A page that shows the queue. */
export interface Board {
  answer(request: Request): Promise<Response>;
  close(): void;
}

/**
 * Opens bull-board on the queue of splits: it shows them and changes nothing, and shows neither keys
 * nor options, nor queries of URLs, which may hold what opens them.
 *
 * @param root Path of the page.
 */
export function openBoard(server: RedisServer, root: string): Board {
  const queue = new Queue(QUEUE, { connection: server.options, prefix: server.prefix });
  queue.on("error", ignoreError); // whoever else uses Redis logs that it is away
  const shown = new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false });
  shown.setFormatter("data", showTask);
  shown.setFormatter(
    "progress",
    ({ bytes, chunks, tokens }: Partial<SplitProgress> = {}) =>
      JSON.stringify({ bytes, chunks, tokens }),
  );
  shown.setFormatter("returnValue", showOutcome);
  const serverAdapter = new HonoAdapter(serveStatic);
  serverAdapter.setBasePath(root);
  createBullBoard({
    queues: [shown],
    serverAdapter,
    options: { uiConfig: { boardTitle: "Millrace" } },
  });
  const app = new Hono();
  app.route(root, serverAdapter.registerPlugin());
  return {
    answer: async (request) => await app.fetch(request),
    close: () => own(queue.close(), ignoreError),
  };
}

function showTask({ job, part, source, from, to }: SplitTask) {
  if ("plan" in source) return { job, reduces: to };
  const whole = "path" in source ? source.node + source.path : showUrl(source.url);
  const url = whole.replace(/[?#].*$/s, "");
  return { job, part, url, from, to };
}

function showOutcome(outcome: SplitOutcome | null) {
  const { output, failure } = outcome ?? {};
  if (!output) return failure ? { failure: failure.code } : null;
  const { node, from, to, keys, bytes } = output;
  return { node, from, to, keys, bytes };
}
