import { assertEquals } from "@std/assert";
import type { AccessDocument } from "../../../src/contract/documents.ts";
import { RIGHTS } from "../../../src/contract/rights.ts";
import { createApiKey, digestOf } from "../../../src/access/api_key.ts";
import type { ApiKeyRow } from "../../../src/access/api_key_terms.ts";
import { assertProblem, createTestApp, type TestApp } from "../../support/http/test_app.ts";
import { bearer } from "../../support/keys.ts";

/** A server with a key for each of these rows, and the keys' tokens. */
async function openWithKeys(...terms: Partial<ApiKeyRow>[]) {
  const made = terms.map(() => createApiKey());
  const rows = made.map(({ id, token }, i): ApiKeyRow => {
    const hash = `sha256:${digestOf(token).toString("hex")}`;
    return { id, tenant: "acme", hash, created: "2026-01-01T00:00:00Z", ...terms[i] };
  });
  const test = await createTestApp({
    keys: JSON.stringify(rows),
    rate: { requests: 90, windowMs: 60_000 },
  });
  return { test, rows, tokens: made.map(({ token }) => token) };
}

async function readAccess({ app }: TestApp, token?: string): Promise<AccessDocument> {
  const response = await app.request("/v1/access", { headers: token ? bearer(token) : {} });
  assertEquals([response.status, response.headers.get("cache-control")], [200, "no-store"]);
  return await response.json();
}

Deno.test("GET /v1/access says that everybody may do all where there are no keys", async () => {
  await using test = await createTestApp({ maxBodyBytes: 1000 });
  assertEquals(await readAccess(test), { rights: [...RIGHTS], limits: { bodyBytes: 1000 } });
  await using limited = await createTestApp({ rate: { requests: 5, windowMs: 1000 } });
  const { limits } = await readAccess(limited);
  assertEquals(limits, { rate: { requests: 5, windowSeconds: 1 } });
  await assertProblem(await test.app.request("/v1/access?x=1"), 400, "unknown-parameter");
});

Deno.test("GET /v1/access tells each key its names, rights and limits, whatever its rights", async () => {
  const { test, rows, tokens } = await openWithKeys(
    { name: "laptop", expires: "2126-01-01T00:00:00Z" },
    { tenant: "other", rights: ["kernels"], weight: 0.5, maxJobs: 3, rate: "10/s" },
    { tenant: "other", rights: ["observe", "read"] },
  );
  await using _ = test;
  assertEquals(await readAccess(test, tokens[0]), {
    tenant: "acme",
    key: { id: rows[0].id, name: "laptop", expiresAt: "2126-01-01T00:00:00.000Z" },
    rights: ["read", "write"],
    limits: { rate: { requests: 90, windowSeconds: 60 } },
  });
  const limits = { jobs: 3, weight: 0.5, rate: { requests: 10, windowSeconds: 1 } };
  const key = (i: number) => ({ id: rows[i].id });
  assertEquals(await readAccess(test, tokens[1]), {
    tenant: "other",
    key: key(1),
    rights: ["kernels"],
    limits,
  });
  assertEquals(await readAccess(test, tokens[2]), {
    tenant: "other",
    key: key(2),
    rights: ["observe", "read"],
    limits,
  });
});

Deno.test("GET /v1/access is for those who have a key, where there are keys", async () => {
  const { test } = await openWithKeys({});
  await using _ = test;
  await assertProblem(await test.app.request("/v1/access"), 401, "missing-key");
  const headers = bearer(createApiKey().token);
  await assertProblem(await test.app.request("/v1/access", { headers }), 401, "invalid-key");
});
