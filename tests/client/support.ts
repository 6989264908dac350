import { Millrace } from "../../src/client/mod.ts";
import type { ClientOptions } from "../../src/client/transport.ts";
import { createTestApp, type TestApp, type TestAppOptions } from "../support/http/test_app.ts";

/** A way from a client to a server. */
export const WAYS = ["fetch", "socket"] as const;

/** A server, and a client of it. */
export interface Pair extends AsyncDisposable {
  test: TestApp;
  millrace: Millrace;
  /** Another client of the server. */
  connect(options?: Partial<ClientOptions>): Millrace;
}

/** Starts a server, and gives a client that calls it through its `fetch` or over a socket. */
export async function createPair(
  way: typeof WAYS[number],
  options: TestAppOptions = {},
): Promise<Pair> {
  const test = await createTestApp({ ...options, listen: way === "socket" });
  const fetch = way === "fetch" ? fetchOf(test) : undefined;
  const connect = (more: Partial<ClientOptions> = {}) =>
    new Millrace({ baseUrl: test.origin || "http://localhost", fetch, ...more });
  const close = () => test[Symbol.asyncDispose]();
  return { test, connect, millrace: connect(), [Symbol.asyncDispose]: close };
}

/** A `fetch` that asks the server of a test without a socket. */
export function fetchOf({ app }: TestApp): NonNullable<ClientOptions["fetch"]> {
  return (url, init) => app.fetch(new Request(url, init));
}
