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
