import type { ResultRecord, SpooledSubmission } from "./job_record.ts";
import type { SealedBlob } from "./sealed_blobs.ts";

// Which blobs are a job's, and how they are named.

/** The input of a job that has not ended: it is named as the job. */
export function inputBlob(
  id: string,
  { bytes, seal }: Pick<SpooledSubmission, "bytes" | "seal">,
): SealedBlob {
  return { name: id, job: id, part: "input", bytes, seal };
}

/** The result of a job that is done. */
export function resultBlob(id: string, { attempt, bytes, seal }: ResultRecord): SealedBlob {
  return { name: resultName(id, attempt), job: id, part: "result", bytes, seal };
}

/** Attempts never write to the same place. */
export function resultName(id: string, attempt: number): string {
  return `${id}.${attempt}`;
}

/** The job of an input, by its name; nothing for a name that this program does not give. */
export function jobOfInput(name: string): string | undefined {
  return /^[0-9a-f-]{36}$/.exec(name)?.[0];
}

/** The job and the attempt of a result, likewise. */
export function readResultName(name: string): { id: string; attempt: number } | undefined {
  const found = /^([0-9a-f-]{36})\.([0-9]+)$/.exec(name);
  return found ? { id: found[1], attempt: Number(found[2]) } : undefined;
}
