import { assertEquals } from "@std/assert";
import type { Hono } from "hono";
import { createApp } from "../../../src/app.ts";
import type { App } from "../../../src/http/mount_routes.ts";
import type { Route } from "../../../src/http/route.ts";
import type { AppContext } from "../../../src/http/app_context.ts";
import { observe } from "../../../src/http/door/observe.ts";
import type { ProblemDocument } from "../../../src/contract/documents.ts";
import { HttpMetrics } from "../../../src/observe/http_metrics.ts";
import { JobRegistry } from "../../../src/jobs/job_registry.ts";
import { MemoryStore } from "../../../src/store/memory_store.ts";
import { Contract } from "./contract.ts";
import { FakeEngine } from "./fake_engine.ts";

const ORIGIN = "http://localhost";

/** An app over a fake engine, with what a test wants to reach inside. */
export interface TestApp {
  app: App;
  engine: FakeEngine;
  jobs: JobRegistry;
  store: MemoryStore;
  [Symbol.dispose](): void;
}

/** What a test app may differ in. */
export type TestAppOptions =
  & Partial<AppContext["options"]>
  & Pick<AppContext, "metrics" | "readiness">
  & {
    /** Routes beside those of the product. @default {none} */
    more?: readonly Route[];
  };

export type ObservedAppOptions = TestAppOptions & { accessLog?: boolean };

export function createTestApp(
  { metrics, readiness, more = [], ...options }: TestAppOptions = {},
): TestApp {
  const engine = new FakeEngine();
  const store = new MemoryStore({ maxBytes: 1_000_000 });
  const jobs = new JobRegistry(store, { ttlMs: 60_000 });
  const app = createApp({
    engine,
    jobs,
    options: { readTimeoutMs: 30_000, allowUrls: true, ...options },
    metrics,
    readiness,
  }, more);
  if (more.length === 0) keepContract(app); // its document is that of all other test apps
  return { app, engine, jobs, store, [Symbol.dispose]: () => void store.close() };
}

let contract: Promise<Contract> | undefined;

/** Holds every response of `app.request` against the document that the app serves. */
function keepContract(app: Hono): void {
  const request = app.request;
  app.request = async (input, init, ...rest) => {
    const response = await request(input, init, ...rest);
    const { method, url } = input instanceof Request ? input : new Request(new URL(input, ORIGIN), {
      method: init?.method,
    });
    await checkContract(app, method, url, response);
    return response;
  };
}

async function checkContract(app: Hono, method: string, url: string, response: Response) {
  const promises = await (contract ??= Contract.of(app));
  await promises.check(method, new URL(url).pathname, response);
}

/** A test app whose requests are observed as those of a server are. */
export type ObservedApp = ReturnType<typeof createObservedApp>;

export function createObservedApp({ accessLog, ...options }: ObservedAppOptions = {}) {
  const metrics = new HttpMetrics();
  const test = createTestApp({ metrics, ...options });
  const handle = observe(test.app.fetch, { metrics, accessLog });
  const ask = async (path: string, init?: RequestInit) => {
    const request = new Request(ORIGIN + path, init);
    const response = await handle(request);
    await checkContract(test.app, request.method, request.url, response);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { ...test, ask, [Symbol.dispose]: () => test[Symbol.dispose]() };
}

/** Checks that a response is the problem that it should be, and gives the problem. */
export async function assertProblem(
  response: Response,
  status: number,
  code: string,
): Promise<ProblemDocument> {
  const text = await response.text();
  assertEquals(response.headers.get("content-type"), "application/problem+json", text);
  const problem = JSON.parse(text);
  assertEquals(problem.type, `urn:millrace:problem:${code}`, text);
  assertEquals([response.status, problem.status], [status, status], text);
  assertEquals(/\bat .+:\d+:\d+|file:\/\//.test(text), false, `a stack trace: ${text}`);
  return problem;
}

/** Starts `POST`ing a text. */
export function post(app: Hono, path: string, body: BodyInit | null, init: RequestInit = {}) {
  return app.request(path, { method: "POST", body, ...init });
}
