import type { Job, Millrace, UploadRequest } from "../../client/mod.ts";
import { findJob } from "../remote/find_job.ts";
import { namingInput } from "./naming_input.ts";
import { openInput } from "./open_input.ts";
import type { InputForm } from "./options.ts";

/** What inputs are, and what their keys are. */
export interface Sending {
  from: InputForm;
  /** Whether inputs may be texts, which the server counts. */
  mayBeText: boolean;
  /** What was said of the keys. */
  said: UploadRequest;
}

/**
 * The jobs that words name, once they are done: those of files are made here.
 *
 * @throws {CommandError} For what is neither a file nor a job.
 */
export async function findResults(
  millrace: Millrace,
  words: readonly string[],
  sending: Sending,
): Promise<string[]> {
  const ids: string[] = [];
  for (const word of words) {
    const job = isFile(word)
      ? await send(millrace, word, sending)
      : millrace.jobs.get(await findJob(millrace, word));
    await job.done;
    ids.push(job.id);
  }
  return ids;
}

/** Whether a word names a file, or stdin. */
export function isFile(word: string): boolean {
  if (word === "-") return true;
  try {
    return !Deno.statSync(word).isDirectory;
  } catch {
    return false;
  }
}

async function send(
  millrace: Millrace,
  name: string,
  { from, mayBeText, said }: Sending,
): Promise<Job> {
  try {
    const { form, stream } = await openInput(name, from, mayBeText);
    if (form === "text") return millrace.jobs.submit(stream, said);
    return await millrace.results.upload(stream, { ...said, list: form });
  } catch (error) {
    throw namingInput(error, name);
  }
}
