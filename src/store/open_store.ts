import { openDataDirectory } from "./data_directory.ts";
import type { DurableStore } from "./job_store.ts";
import { openSharedStore } from "./shared_store.ts";

/** What asks for Deno KV instead of a directory; a path or an address may follow the colon. */
const KV = /^kv(?::(.+))?$/;

/** Whether the option `data` names a Deno KV store and no directory. */
export function isKv(data: string): boolean {
  return KV.test(data);
}

/**
 * Opens the store that the option `data` names: `kv`, `kv:<path or address>`, or a directory.
 *
 * @throws {DataDirectoryError} If a directory cannot be used.
 * @throws What `Deno.openKv` throws.
 */
export function openStore(
  data: string,
  options: { heldBytes: number; ttlMs: number; adopt?: boolean },
): Promise<DurableStore> {
  const kv = KV.exec(data);
  return kv ? openSharedStore(kv[1], options) : openDataDirectory(data, options);
}
