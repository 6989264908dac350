import { createApiKey, digestOf } from "../../src/access/api_key.ts";
import type { ApiKeyRecord } from "../../src/access/api_key_terms.ts";
import { ApiKeyRing } from "../../src/access/api_key_ring.ts";

/** A ring with one key for each of these terms, and the keys' tokens. */
export function createRing(
  ...terms: Partial<ApiKeyRecord>[]
): { ring: ApiKeyRing; tokens: string[] } {
  const tokens: string[] = [];
  const records = terms.map((each): ApiKeyRecord => {
    const { id, token } = createApiKey();
    tokens.push(token);
    const digest = digestOf(token);
    return { id, digest, tenant: "acme", rights: ["read", "write"], expiresAt: Infinity, ...each };
  });
  return { ring: new ApiKeyRing(records), tokens };
}

/** The header that shows a key. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/**
 * A file of keys, one for each of these terms, which is removed when it is disposed of; `callers` are
 * what requests have that show them.
 */
export async function writeKeys(...terms: Pick<ApiKeyRecord, "tenant" | "rights">[]) {
  const keys = terms.map(({ tenant, rights }) => {
    const { id, token } = createApiKey();
    const hash = `sha256:${digestOf(token).toString("hex")}`;
    return { token, row: { id, tenant, rights, hash, created: "2026-01-01T00:00:00Z" } };
  });
  const path = await Deno.makeTempFile({ prefix: "millrace-keys-" });
  await Deno.writeTextFile(path, JSON.stringify(keys.map(({ row }) => row)));
  return {
    path,
    callers: keys.map(({ token }) => ({ headers: bearer(token) })),
    [Symbol.asyncDispose]: () => Deno.remove(path),
  };
}
