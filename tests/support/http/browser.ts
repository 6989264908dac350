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
  const socket = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request, info) => {
    const isUpload = request.method === "PUT" && request.body !== null;
    return server.fetch(isHeld && isUpload ? hold(request, gate.promise) : request, info);
  });
  return {
    origin: `http://127.0.0.1:${socket.addr.port}`,
    server,
    letGo: gate.resolve,
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
