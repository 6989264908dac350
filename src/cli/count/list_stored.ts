import { JobError } from "../../contract/problems.ts";
import { REMOTE_DEFAULTS } from "../../intake/remote/remote_texts.ts";
import { listObjects } from "../../intake/remote/s3_place.ts";
import { SharedFolder } from "../../intake/remote/shared_folder.ts";
import { CommandError } from "../terminal/explain.ts";
import type { Source } from "./list_files.ts";
import { STALL_MS } from "./open_part.ts";

/**
 * What an `s3://` or a `shared:` word names: one, or all below it, where it ends with a slash.
 *
 * @param folder The folder that `shared:` is.
 * @throws {CommandError}
 */
export async function listStored(word: string, folder: string | undefined): Promise<Source[]> {
  try {
    return word.startsWith("shared:") ? await listShared(word, folder) : await listS3(word);
  } catch (error) {
    throw error instanceof JobError ? new CommandError(error.message) : error;
  }
}

async function listS3(word: string): Promise<Source[]> {
  const options = { ...REMOTE_DEFAULTS, stallTimeoutMs: STALL_MS };
  const names = listObjects(word, (name) => Deno.env.get(name), options);
  return await Array.fromAsync(names, (name) => ({ kind: "url", name }));
}

async function listShared(word: string, folder: string | undefined): Promise<Source[]> {
  if (folder === undefined) {
    throw new CommandError(
      `Cannot read '${word}': there is no shared folder`,
      "Name it with --shared or MILLRACE_SHARED_DIR; a file of such a name is ./shared:…",
    );
  }
  const isFound = word.endsWith("/");
  const parts = await Array.fromAsync(new SharedFolder(folder).open(word)());
  return parts.map(({ text }) => ({
    kind: "file",
    name: (text as { path: string }).path,
    isFound,
  }));
}
