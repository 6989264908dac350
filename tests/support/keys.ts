import { createKey, digestOf } from "../../src/access/api_key.ts";
import type { KeyRecord } from "../../src/access/key_record.ts";
import { KeyRing } from "../../src/access/key_ring.ts";

/** A ring with one key for each of these terms, and the keys' tokens. */
export function createRing(...terms: Partial<KeyRecord>[]): { ring: KeyRing; tokens: string[] } {
  const tokens: string[] = [];
  const records = terms.map((each): KeyRecord => {
    const { id, token } = createKey();
    tokens.push(token);
    const digest = digestOf(token);
    return { id, digest, tenant: "acme", rights: ["read", "write"], expiresAt: Infinity, ...each };
  });
  return { ring: new KeyRing(records), tokens };
}

/** The header that shows a key. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
