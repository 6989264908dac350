import { type Browser, chromium, type Page } from "playwright-core";
import axe from "axe-core";
import { assertEquals } from "@std/assert";
import { type Server, type StartOptions, startServer } from "../../../src/server.ts";

/** Names of Chromium on Debian and elsewhere, with a screen or without. */
const NAMES = ["chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"];

/** Where Chromium is: what `CHROMIUM` says, or on the path; undefined if there is none. */
export async function findChromium(): Promise<string | undefined> {
  const named = Deno.env.get("CHROMIUM");
  if (named) return named;
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const path of NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}`))) {
    const found = await Deno.stat(path).catch(() => undefined);
    if (found?.isFile) return path;
  }
}

/** Starts Chromium, without its sandbox, which root cannot have. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A server for a browser, whose uploads a test may hold. */
export interface PageServer extends AsyncDisposable {
  origin: string;
  server: Server;
  /** Lets uploads go beyond their first bytes; there when the server was told to hold them. */
  letGo(): void;
  /** Ends the answers by which events come, amidst them, as proxies do that let no answer last. */
  endEvents(): void;
}

/** Bytes of an upload that pass before it is held. */
export const PASSING_BYTES = 2_000_000;

/** @param isHeld Whether uploads of jobs stop behind their first bytes, until they are let go. */
export async function startPageServer(
  options: StartOptions = {},
  isHeld = false,
): Promise<PageServer> {
  const server = await startServer({ listen: false, workers: 1, drainTimeoutMs: 0, ...options });
  const gate = Promise.withResolvers<void>();
  const ended = new EventTarget();
  const socket = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request, info) => {
      const isUpload = request.method === "PUT" && request.body !== null;
      const held = isHeld && isUpload ? hold(request, gate.promise) : request;
      const response = await server.fetch(held, info);
      if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return response;
      return new Response(response.body!.pipeThrough(untilEvent(ended, "end")), response);
    },
  );
  return {
    origin: `http://127.0.0.1:${socket.addr.port}`,
    server,
    letGo: gate.resolve,
    endEvents: () => ended.dispatchEvent(new Event("end")),
    async [Symbol.asyncDispose]() {
      gate.resolve();
      await server.close();
      await socket.shutdown();
    },
  };
}

function hold(request: Request, gate: Promise<void>): Request {
  let passed = 0;
  const held = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      controller.enqueue(chunk);
      passed += chunk.length;
      if (passed > PASSING_BYTES) await gate;
    },
  });
  return new Request(request, { body: request.body!.pipeThrough(held) });
}

/** Passes what comes until an event says that nothing more does. */
function untilEvent(target: EventTarget, name: string): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    start: (controller) =>
      target.addEventListener(name, () => controller.terminate(), { once: true }),
  });
}

/** What a page complains of: errors, and what its policy has refused. */
export function listen(page: Page, allowed: RegExp = /^$/): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !allowed.test(text)) complaints.push(text);
  });
  return complaints;
}

/** Fails where somebody could not see, hear or reach what a page shows. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate("axe.run()") as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  assertEquals(
    found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map((node) => `${node.html}: ${node.failureSummary}`),
    })),
    [],
  );
}
