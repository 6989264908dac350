import { DatabaseSync } from "node:sqlite";
import { filesOfJobs, isInUse, lockDirectory, openBlobs, unlock } from "./data_directory.ts";
import { commitAlone } from "./group_commits.ts";
import { Disk } from "./disk.ts";
import { inputBlob, resultBlob } from "./job_blobs.ts";
import { hasEnded, type JobRecord } from "./job_record.ts";
import { KvKernels } from "./kv_kernels.ts";
import { uncut } from "./kv_lists.ts";
import { readJobRecord } from "./read_job_record.ts";
import { SealedBlobs } from "./sealed_blobs.ts";

/** What a look through a data directory found. */
export interface DirectoryReport {
  /** Jobs by state. */
  jobs: Record<string, number>;
  /** Kernels that were read and are whole. */
  kernels: number;
  /** Inputs and results that were read and are whole. */
  whole: { files: number; bytes: number };
  /** Among these, files of records without seals: only their length is known. */
  unsealed: number;
  /** Files that no record names: the server removes them when it starts. */
  leftOver: { files: number; bytes: number };
  /** What is damaged, and how; empty where all is well. */
  damage: { place: string; what: string }[];
}

/**
 * Reads everything in a data directory and compares it with its records. Nothing is changed.
 *
 * @throws {DataDirectoryError} If there is none, or a process uses it.
 */
export async function checkDirectory(path: string): Promise<DirectoryReport> {
  const lock = await lockDirectory(path, { create: false });
  try {
    return await readAll(path);
  } finally {
    unlock(lock);
  }
}

async function readAll(path: string): Promise<DirectoryReport> {
  const report: DirectoryReport = {
    jobs: {},
    kernels: 0,
    whole: { files: 0, bytes: 0 },
    unsealed: 0,
    leftOver: { files: 0, bytes: 0 },
    damage: [],
  };
  const records = await readRecords(path, report);
  if (records === undefined) return report;
  const { named, isInUse } = records;
  for (const { folder, name, bytes } of await filesOfJobs(path)) {
    if (named.has(`${folder}/${name}`)) continue;
    report.leftOver.files++;
    report.leftOver.bytes += bytes;
  }
  if (!isInUse && report.leftOver.files > 0) {
    report.damage.push({ place: "jobs.sqlite3", what: "it knows none of the files of jobs" });
  }
  return report;
}

/**
 * Reads the records and what they name; gives the places of that.
 *
 * @returns Nothing when the records cannot be read, which is the damage then.
 */
async function readRecords(
  path: string,
  report: DirectoryReport,
): Promise<{ named: Set<string>; isInUse: boolean } | undefined> {
  const database = `${path}/jobs.sqlite3`;
  try {
    const { size } = await Deno.stat(database);
    if (size === 0) throw new Error("it is empty");
    checkIntegrity(database);
    const kv = await Deno.openKv(database);
    try {
      const entries = await Array.fromAsync(kv.list({ prefix: ["job"] }));
      await checkKernels(kv, report);
      const named = new Set<string>();
      const blobs = openBlobs(path, kv, new Disk(), commitAlone(kv)); // which only reads here
      for (const record of entries.map(({ value }) => readJobRecord(uncut(value)))) {
        report.jobs[record.state] = (report.jobs[record.state] ?? 0) + 1;
        const place = await checkBlob(blobs, record, report);
        if (place !== undefined) named.add(place);
      }
      return { named, isInUse: await isInUse(kv) };
    } finally {
      kv.close();
    }
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    report.damage.push({
      place: "jobs.sqlite3",
      what: missing ? "it is missing" : (error as Error).message,
    });
    return undefined;
  }
}

/** Reads the module and the source of every kernel. */
async function checkKernels(kv: Deno.Kv, report: DirectoryReport): Promise<void> {
  const kernels = new KvKernels(kv, { sync: () => Promise.resolve(), now: Date.now });
  for await (const { tenant, record } of kernels.all()) {
    try {
      await kernels.module(tenant, record);
      await kernels.source(tenant, record);
      report.kernels++;
    } catch (error) {
      report.damage.push({ place: `kernel ${record.id}`, what: (error as Error).message });
    }
  }
}

/** @throws {Error} With what SQLite finds. */
function checkIntegrity(database: string): void {
  const connection = new DatabaseSync(database, { readOnly: true });
  try {
    const found = connection.prepare("PRAGMA integrity_check").all()
      .map((row) => String(row.integrity_check));
    if (found.join() !== "ok") throw new Error(found.slice(0, 5).join("; "));
  } finally {
    connection.close();
  }
}

/** Reads what a record names; gives its place, if it names anything. */
async function checkBlob(
  kept: ReturnType<typeof openBlobs>,
  record: JobRecord,
  report: DirectoryReport,
): Promise<string | undefined> {
  const { id, submission, result } = record;
  const isInput = !hasEnded(record) && submission !== undefined;
  if (!isInput && result === undefined) return undefined;
  const folder = isInput ? "inputs" : "results";
  const blob = isInput ? inputBlob(id, submission) : resultBlob(id, result!);
  const place = `${folder}/${blob.name}`;
  try {
    const blobs = new SealedBlobs(kept[folder]);
    const stream = await blobs.open(blob);
    if (stream === undefined) throw blobs.damaged(blob);
    for await (const _ of stream);
    report.whole.files++;
    report.whole.bytes += blob.bytes;
    if (blob.seal === undefined) report.unsealed++;
  } catch (error) {
    report.damage.push({ place, what: (error as Error).message });
  }
  return place;
}
