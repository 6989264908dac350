import { createApiKey, digestOf } from "./api_key.ts";
import { type ApiKeyRow, parseApiKeyRows } from "./api_key_terms.ts";

/** The terms that a new key is given. */
export type ApiKeyTerms = Omit<ApiKeyRow, "id" | "hash" | "created">;

/**
 * Makes a key and appends its digest to the file, which is created when it does not exist.
 *
 * @returns The token, which the file cannot give back later, and the key's row.
 * @throws {Error} As changeRows.
 */
export function addApiKey(path: string, terms: ApiKeyTerms): { token: string; row: ApiKeyRow } {
  const { id, token } = createApiKey();
  const hash = `sha256:${digestOf(token).toString("hex")}`;
  const row: ApiKeyRow = { id, ...terms, hash, created: new Date().toISOString() };
  changeRows(path, (rows) => [...rows, row]);
  return { token, row };
}

/** Takes a key out of the file. @throws {Error} If it is not there, and as changeRows. */
export function revokeApiKey(path: string, id: string): void {
  changeRows(path, (rows) => {
    const left = rows.filter((row) => row.id !== id);
    if (left.length === rows.length) throw new Error(`there is no key '${id}'`);
    return left;
  });
}

/** The rows of a file of keys. @throws {Error} If it cannot be read. */
export function listApiKeys(path: string): ApiKeyRow[] {
  return parseApiKeyRows(Deno.readTextFileSync(path));
}

/**
 * Writes a new file beside the old one and renames it, so that no reader sees half of it. The new
 * file is also the lock: a process that finds it there gives up.
 *
 * @throws {Error} If the file cannot be read or written, or is being changed by another.
 */
function changeRows(path: string, change: (rows: ApiKeyRow[]) => ApiKeyRow[]): void {
  const next = `${path}.new`;
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(next, { write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new Error(`another change is under way, or died: remove '${next}' if so`);
  }
  try {
    const rows = change(exists(path) ? listApiKeys(path) : []);
    writeAll(file, new TextEncoder().encode(JSON.stringify(rows, null, 2) + "\n"));
    file.syncDataSync();
    Deno.renameSync(next, path);
  } catch (error) {
    Deno.removeSync(next);
    throw error;
  } finally {
    file.close();
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
