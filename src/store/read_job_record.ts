import { type JobRecord, RECORD_VERSION } from "./job_record.ts";
import { type OldJobRecord, readOldJobRecord } from "./old_job_record.ts";

/** A record that a newer release wrote. Nobody here knows what it says, so nobody may move it. */
export class NewerRecordError extends Error {
  override readonly name = "NewerRecordError";

  constructor(id: string, version: unknown) {
    super(
      `Cannot read the record of job ${id}: its version is ${version}, and this release reads ` +
        `versions up to ${RECORD_VERSION}; start a newer release`,
    );
  }
}

/**
 * A record as this release knows it, of what a store holds.
 *
 * Records without a version are those of releases up to 0.2.0. Those releases do not look at
 * versions, so going back to one of them has a price. It shows jobs that have ended, and their
 * results. It finds no `request` in a job that has not ended, so it fails that job with `internal`
 * when it would begin it again. It leaves the request keys of the jobs that it removes, which are
 * free all the same. To lose no job, let all of them end before going back. While instances of both
 * releases share a store, one of 0.2.0 may claim a job that a newer one has given back, and fail it.
 *
 * @throws {NewerRecordError} If a newer release wrote it.
 */
export function readJobRecord(stored: unknown): JobRecord {
  const { id, version } = stored as { id: string; version?: unknown };
  if (version === RECORD_VERSION) return stored as JobRecord;
  if (version === undefined) return readOldJobRecord(stored as OldJobRecord);
  throw new NewerRecordError(id, version);
}
