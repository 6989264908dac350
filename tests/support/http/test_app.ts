import { Grouper } from "../../../src/algebra/grouper.ts";
import { assertEquals } from "@std/assert";
import { createApp } from "../../../src/app.ts";
import type { ProblemDocument } from "../../../src/contract/documents.ts";
import type { AppContext } from "../../../src/http/app_context.ts";
import type { HttpOptions } from "../../../src/http/http_options.ts";
import type { App } from "../../../src/http/mount_routes.ts";
import type { Route } from "../../../src/http/route.ts";
import { JobRegistry } from "../../../src/jobs/job_registry.ts";
import { type ServerParts, type StartOptions, startServer } from "../../../src/server.ts";
import { MemoryStore } from "../../../src/store/memory_store.ts";
import { createKernels, FAKE_LIBRARY, FAKE_TRIER, FakeMaker } from "../kernels.ts";
import { Contract } from "./contract.ts";
import { FakeEngine } from "./fake_engine.ts";

const ORIGIN = "http://localhost";

/** How a test asks a server, without a socket. */
export interface Asked {
  /** Asks for a path, and holds the response against the document that the server serves. */
  request(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Asks, and leaves the response unchecked. */
  fetch(request: Request, connection?: Deno.ServeHandlerInfo): Promise<Response>;
}

/** A server over a fake engine, with its door, and with what a test wants to reach inside. */
export interface TestApp extends AsyncDisposable {
  app: Asked;
  /** Where it listens, if it was told to. */
  origin: string;
  engine: FakeEngine;
  jobs: JobRegistry;
  store: MemoryStore;
  /** What makes kernels of what clients send. */
  maker: FakeMaker;
}

/** What a test's server may differ in. */
export type TestAppOptions = StartOptions & Pick<ServerParts, "remote"> & {
  engine?: FakeEngine;
};

/**
 * Starts a server that does not listen unless it is told to, on a port of its own. What still runs
 * when the test is over is ended.
 */
export async function createTestApp(
  { remote, engine = new FakeEngine(), ...options }: TestAppOptions = {},
): Promise<TestApp> {
  const store = new MemoryStore({ maxBytes: 1_000_000 });
  const maker = new FakeMaker();
  const kernels = { maker, library: FAKE_LIBRARY, trier: FAKE_TRIER };
  const server = await startServer(
    { listen: false, port: 0, jobTtlMs: 60_000, drainTimeoutMs: 0, ...options },
    { engine, store, remote, kernels },
  );
  return {
    app: createAsked(server),
    origin: server.origin,
    engine,
    jobs: server.jobs,
    store,
    maker,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** Asks a server as tests do. */
export function createAsked({ fetch }: Pick<Asked, "fetch">): Asked {
  const request: Asked["request"] = async (input, init) => {
    const asked = new Request(input instanceof Request ? input : new URL(input, ORIGIN), init);
    const { method, url } = asked;
    const response = await fetch(asked);
    await (await (contract ??= readContract())).check(method, new URL(url).pathname, response);
    return response;
  };
  return { request, fetch };
}

let contract: Promise<Contract> | undefined;

/** The promises of a server of its own: asking for them is no request to the server of a test. */
async function readContract(): Promise<Contract> {
  await using test = await createTestApp();
  return await Contract.of(test.app);
}

/** What a bare app may differ in. */
export type BareAppOptions = Partial<HttpOptions> & Pick<AppContext, "metrics"> & {
  /** Routes beside those of the product. @default {none} */
  more?: readonly Route[];
};

/** The app of a server without its door: for tests of doors and of tables of routes alone. */
export function createBareApp({ metrics, more, ...options }: BareAppOptions = {}): Disposable & {
  app: App;
  engine: FakeEngine;
  jobs: JobRegistry;
} {
  const engine = new FakeEngine();
  const store = new MemoryStore({ maxBytes: 1_000_000 });
  const jobs = new JobRegistry(store, { ttlMs: 60_000 });
  const filled = { readTimeoutMs: 30_000, ...options };
  const kernels = createKernels(store.kernels);
  const grouper = new Grouper(engine, jobs);
  const parts = { engine, jobs, grouper, kernels, trier: FAKE_TRIER, options: filled, metrics };
  const app = createApp(parts, more);
  return { app, engine, jobs, [Symbol.dispose]: () => void store.close() };
}

/** A test's server, and a short way to ask it. */
export type ObservedApp = Awaited<ReturnType<typeof createObservedApp>>;

/** Starts a test's server for tests of what its answers, metrics and logs tell of a request. */
export async function createObservedApp(options: TestAppOptions = {}) {
  const test = await createTestApp(options);
  const ask = async (path: string, init?: RequestInit) => {
    const response = await test.app.request(path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { ...test, ask };
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
export function post(app: Asked, path: string, body: BodyInit | null, init: RequestInit = {}) {
  return app.request(path, { method: "POST", body, ...init });
}
