import type { Millrace } from "../../client/mod.ts";
import { CommandError, usageError } from "../terminal/explain.ts";

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What an id may begin with. */
const BEGINNING = /^[0-9a-f-]{1,36}$/i;

/** How many of several are named. */
const MOST_NAMED = 5;

/**
 * The whole id of a job, of which a beginning is enough if no other job has it.
 *
 * @throws {CommandError} If none has it, or several.
 */
export async function findJob(millrace: Millrace, given: string): Promise<string> {
  if (UUID.test(given)) return given.toLowerCase();
  if (!BEGINNING.test(given)) {
    throw usageError(`Cannot find job: '${given}' is no id, and no beginning of one`, LIST);
  }
  const ids: string[] = [];
  for await (const { id } of millrace.jobs.list({ limit: 1000 })) {
    if (id.startsWith(given.toLowerCase())) ids.push(id);
  }
  if (ids.length === 1) return ids[0];
  if (ids.length === 0) {
    throw new CommandError(`Cannot find job: none begins with '${given}'`, LIST);
  }
  const named = ids.slice(0, MOST_NAMED).join(" ") + (ids.length > MOST_NAMED ? " …" : "");
  throw usageError(`Cannot choose between ${ids.length} jobs that begin with '${given}'`, named);
}

const LIST = "List them with: millrace jobs";
