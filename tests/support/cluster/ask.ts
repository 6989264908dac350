import { assertEquals } from "@std/assert";
import type { ResultDocument } from "../../../src/contract/documents.ts";
import type { NodeStatus } from "../../../src/contract/engine_status.ts";

/** The nodes that one of them knows; none while it does not listen. */
export async function nodesOf(origin: string): Promise<readonly NodeStatus[]> {
  try {
    return (await (await fetch(`${origin}/v1/engine`)).json()).nodes ?? [];
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}

/** Has a server count texts behind URLs. */
export async function countUrls(
  origin: string,
  query: string,
  urls: readonly string[],
): Promise<ResultDocument> {
  const response = await askForUrls(origin, query, urls);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return JSON.parse(text);
}

/** The same, whatever the answer. */
export function askForUrls(
  origin: string,
  query: string,
  urls: readonly string[],
  path = "/v1/count",
): Promise<Response> {
  return fetch(`${origin}${path}?${query}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ urls }),
  });
}

/** The problem that a server answers with, but for its name, and for what no node knows. */
export async function problemOf(origin: string, query: string, urls: readonly string[]) {
  const response = await askForUrls(origin, query, urls);
  const { requestId: _, line: __, column: ___, detail, ...problem } = await response.json();
  return { ...problem, detail: detail.replace(/, at line.*?, column \d+/, "") };
}

/** Checks that two answers say the same of keys and text. */
export function assertSameAnswer(actual: ResultDocument, expected: ResultDocument): void {
  for (const name of ["counts", "totals", "input", "records", "partition"] as const) {
    assertEquals(actual[name], expected[name], name);
  }
}
