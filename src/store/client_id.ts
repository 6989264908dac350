import type { JobRecord } from "./job_record.ts";

// A client may name a job by an id of its own, which is its tenant's alone: two tenants may use the
// same one. Such an id is a request key, of a kind that no header can hold. The record has an id of
// the server's as well, which sorts by time and is never used again, so that blobs are named by it. A
// release that knows no such keys, as 0.3, shows these jobs by the server's ids.

/** Begins the request keys that are ids: no Idempotency-Key has it. */
const MARK = "\n";

/** The request key of an id that a client has made. */
export function keyOfId(id: string): string {
  return MARK + id;
}

/** The id that a request key is of; none for an Idempotency-Key. */
export function idOfKey(name: string): string | undefined {
  return name.startsWith(MARK) ? name.slice(MARK.length) : undefined;
}

/** The id by which clients know a job: their own if they gave one, or else the server's. */
export function shownId({ id, requestKey }: Pick<JobRecord, "id" | "requestKey">): string {
  return requestKey && idOfKey(requestKey.name) || id;
}
