import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { createApiKey, digestOf } from "../../src/access/api_key.ts";
import type { ApiKeyRecord } from "../../src/access/api_key_terms.ts";
import { ApiKeyRing } from "../../src/access/api_key_ring.ts";
import { JobError } from "../../src/contract/problems.ts";

function makeKey(terms: Partial<ApiKeyRecord> = {}): { token: string; record: ApiKeyRecord } {
  const { id, token } = createApiKey();
  const digest = digestOf(token);
  const record = { id, digest, tenant: "acme", rights: ["read"] as const, expiresAt: Infinity };
  return { token, record: { ...record, ...terms } };
}

function refusal(ring: ApiKeyRing, token: string, now?: number): string {
  const error = assertThrows(() => ring.verify(token, now), JobError);
  assertEquals([error.code, error.message.includes(token)], ["invalid_key", false]);
  return error.message;
}

Deno.test("ApiKeyRing.verify() knows each key and refuses all others", () => {
  const [ours, revoked] = [makeKey(), makeKey()];
  const ring = new ApiKeyRing([ours.record]);
  assertEquals(ring.verify(ours.token).tenant, "acme");
  assertEquals(refusal(ring, revoked.token), "Cannot use the key: it is unknown or was revoked");
  for (const token of ["", "x", "mr_", ours.token.slice(0, -1), ours.token.toUpperCase()]) {
    assertEquals(ringSays(ring, token), "Cannot use the key: it is misspelt or cut off");
  }
  const forged = { ...revoked.record, id: ours.record.id };
  assertStringIncludes(refusal(new ApiKeyRing([forged]), ours.token), "unknown");
});

function ringSays(ring: ApiKeyRing, token: string): string {
  return assertThrows(() => ring.verify(token), JobError).message;
}

Deno.test("ApiKeyRing.verify() refuses a key from its expiry on", () => {
  const { token, record } = makeKey({ expiresAt: 1000 });
  const ring = new ApiKeyRing([record]);
  assertEquals(ring.verify(token, 999).tenant, "acme");
  const says = `Cannot use key ${record.id}: it expired at 1970-01-01T00:00:01.000Z`;
  assertEquals(refusal(ring, token, 1000), says);
});

Deno.test("ApiKeyRing.replace() takes the new keys for all there are", () => {
  const [old, next] = [makeKey(), makeKey({ tenant: "other", weight: 2 })];
  const ring = new ApiKeyRing([old.record]);
  ring.replace([next.record]);
  assertEquals([ring.size, ring.verify(next.token).tenant], [1, "other"]);
  assertEquals([ring.terms("other")?.weight, ring.terms("acme")], [2, undefined]);
  refusal(ring, old.token);
});

Deno.test("ApiKeyRing.terms() are those of the last row that states them", () => {
  const rows = [{ weight: 2, maxJobs: 5 }, { weight: 3 }, {}].map((terms) => makeKey(terms).record);
  const { weight, maxJobs, rate } = new ApiKeyRing(rows).terms("acme")!;
  assertEquals([weight, maxJobs, rate], [3, 5, undefined]);
});
