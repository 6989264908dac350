/// <reference lib="deno.worker" />
import { configureSync, type LogRecord } from "@logtape/logtape";
import { own } from "../async/own.ts";
import { createProblemResponse } from "../http/answer/problem.ts";
import type { PostToMain } from "./hand_over.ts";
import { Listener } from "./listener.ts";
import type { FromListener, ListenerStart, ToListener } from "./messages.ts";

declare const self: DedicatedWorkerGlobalScope;

const post: PostToMain = (message: FromListener, transfer = []) =>
  self.postMessage(message, transfer);

/** The main thread writes the log of all. */
function sendLog(lowestLevel: LogRecord["level"]): void {
  const main = (record: LogRecord) => {
    const { category, level, message, timestamp, properties } = record;
    const log = { category, level, message, timestamp, properties };
    post({ log: { ...log, rawMessage: message.map(String).join("") } });
  };
  configureSync({
    sinks: { main },
    loggers: [
      { category: "millrace", lowestLevel, sinks: ["main"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["main"] },
    ],
  });
}

async function run(start: ListenerStart): Promise<void> {
  sendLog(start.options.logLevel);
  const listener = await Listener.start(start, post);
  const { hostname, port } = start;
  const server = Deno.serve({
    hostname,
    port,
    reusePort: true,
    onError: createProblemResponse,
    onListen: () => post({ listening: true }),
  }, listener.answer);
  self.onmessage = ({ data }: MessageEvent<ToListener>) => {
    if ("response" in data) listener.handedOver.settle(data.response);
    else if ("keys" in data) listener.replaceKeys(data.keys);
    else if ("settle" in data) setTimeout(() => post({ settled: true }), 0);
    else if ("close" in data) own(close(listener, server));
  };
}

/** Bodies must have come before the shutdown begins: see RequestGate. */
async function close(listener: Listener, server: Deno.HttpServer): Promise<void> {
  await listener.gate.close();
  await server.shutdown();
  post({ closed: true });
}

self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  post({ rejected: String((event.reason as Error)?.stack ?? event.reason) });
});
self.onmessage = ({ data }: MessageEvent<ToListener>) => {
  if (!("start" in data)) return;
  own(run(data.start), (error) => post({ failed: String((error as Error)?.message ?? error) }));
};
