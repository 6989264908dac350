import { assertEquals } from "@std/assert";
import type { EngineOptions } from "../../src/mod.ts";
import { Engine } from "../../src/mod.ts";
import { type StartOptions, startServer } from "../../src/server.ts";
import { type Asked, createAsked, post } from "./http/test_app.ts";

/** A server over a real engine that cuts even short texts into several chunks. */
export async function startCounting(
  { engine: given, ...options }: StartOptions & { engine?: EngineOptions } = {},
) {
  const engine = await Engine.start({
    workers: 2,
    memoryBytes: 256 * 1024 * 1024,
    chunkBytes: 60_000,
    ...given,
  });
  const server = await startServer({ listen: false, ...options }, { engine });
  const app = createAsked(server);
  return { app, server, engine, jobs: server.jobs, [Symbol.asyncDispose]: () => server.close() };
}

/** Counts a text as a job; gives the job's id when it is done. */
export async function countAsJob(
  app: Asked,
  text: BodyInit,
  query = "",
  init: RequestInit = {},
): Promise<string> {
  const response = await post(app, `/v1/jobs?${query}`, text, init);
  assertEquals(response.status, 202, await response.clone().text());
  return await settledId(app, response, init);
}

/** Puts results together; gives the job's id when it has ended. */
export async function merge(
  app: Asked,
  jobs: readonly string[],
  weights?: readonly number[],
): Promise<string> {
  const response = await postMerge(app, { jobs, weights });
  assertEquals(response.status, 202, await response.clone().text());
  return await settledId(app, response);
}

/** Asks for a merge. */
export function postMerge(app: Asked, body: unknown, init: RequestInit = {}): Promise<Response> {
  const headers = { "content-type": "application/json", ...init.headers };
  return post(app, "/v1/results/merge", JSON.stringify(body), { ...init, headers });
}

async function settledId(app: Asked, response: Response, init: RequestInit = {}): Promise<string> {
  const { id } = await response.json();
  await (await app.request(`/v1/jobs/${id}?wait=60`, { headers: init.headers })).body?.cancel();
  return id;
}

/** A result as rows of TSV, all of them. */
export async function rowsOf(app: Asked, id: string, query = ""): Promise<string> {
  const response = await app.request(`/v1/jobs/${id}/result?format=tsv&top=0&${query}`);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return text;
}

/** What a result says of its input. */
export async function totalsOf(app: Asked, id: string): Promise<Record<string, number>> {
  return (await (await app.request(`/v1/jobs/${id}`)).json()).totals;
}

/** What says that a body is a list. */
export const TSV = { headers: { "content-type": "text/tab-separated-values" } };

/** Hands in a table of lemmas; gives its job's id. */
export async function sendLemmas(
  app: Asked,
  table: string,
  init: RequestInit = TSV,
): Promise<string> {
  const response = await post(app, "/v1/lemmas", table, init);
  assertEquals(response.status, 201, await response.clone().text());
  return (await response.json()).id;
}
