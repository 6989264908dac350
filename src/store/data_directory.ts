import { getLogger } from "@logtape/logtape";
import { Disk } from "./disk.ts";
import { FileBlobs, syncFolder } from "./file_blobs.ts";
import { type CommitChange, GroupCommits } from "./group_commits.ts";
import { jobOfInput, readResultName } from "./job_blobs.ts";
import { commit } from "./kv_commit.ts";
import { KvStore } from "./kv_store.ts";
import type { DurableStore } from "./job_store.ts";
import { SealedBlobs } from "./sealed_blobs.ts";
import { SmallBlobs } from "./small_blobs.ts";
import { coalesce } from "../async/coalesce.ts";
import { VERSION } from "../version.ts";

const logger = getLogger(["millrace", "store"]);

/** A data directory that cannot be used; its message is for the user. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
}

/** How a data directory is opened. */
export interface DataDirectoryOptions {
  /** Most bytes of results to hold in memory. */
  heldBytes: number;
  /** Whether to begin anew in a folder that has lost its records. @default {false} */
  adopt?: boolean;
  /** The clock, for tests. */
  now?: () => number;
}

/**
 * Opens a folder in which jobs outlive the process, which is made when it is not there:
 *
 * ```text
 * lock           locked as long as a process uses the folder; holds its id
 * jobs.sqlite3   records, keys, small inputs and results, in Deno KV
 * inputs/        a file per job that has not ended and whose input is not small
 * results/       a file per job that is done and whose result is not small
 * ```
 *
 * SQLite would let a second process in, and each process would take the jobs of the other one,
 * since it believes that all other owners are dead. So the folder has a lock of its own, which the
 * system lifts when the process ends, however it ends.
 *
 * Files that no record names are removed. So a folder that has lost its records would lose all of
 * its files. A folder that has files of jobs and no database, or a database that never belonged to
 * a data directory, is refused, unless it is to be adopted.
 *
 * @throws {DataDirectoryError} If another process uses it, it has lost its records, or it cannot be
 * opened.
 */
export async function openDataDirectory(
  path: string,
  { heldBytes, adopt = false, now }: DataDirectoryOptions,
): Promise<DurableStore> {
  const lock = await lockDirectory(path, { create: true });
  const disk = new Disk();
  let kv: Deno.Kv | undefined;
  try {
    for (const folder of ["inputs", "results"]) {
      await Deno.mkdir(`${path}/${folder}`, { recursive: true });
    }
    const database = `${path}/jobs.sqlite3`;
    if (!await hasContent(database)) await beginAnew(path, adopt);
    kv = await openRecords(database);
    if (!await isInUse(kv)) await beginAnew(path, adopt);
    await commit(kv.atomic().set(IN_USE, VERSION));
    await syncFolder(path);
    const commits = new GroupCommits(kv);
    const log = openLog(`${database}-wal`);
    const small = openBlobs(path, kv, disk, (change) => commits.commit(change));
    const store = new KvStore(kv, {
      results: new SealedBlobs(small.results),
      heldBytes,
      shared: false,
      commit: (change) => commits.commit(change),
      small,
      sync: log.sync,
      now,
    });
    await forgetOthers(store);
    return {
      store,
      inputs: new SealedBlobs(small.inputs),
      close: async () => {
        await store.close();
        log.close();
        disk.close();
        unlock(lock);
      },
    };
  } catch (cause) {
    kv?.close();
    unlock(lock);
    if (cause instanceof DataDirectoryError) throw cause;
    throw new DataDirectoryError(
      `Cannot use data directory '${path}': ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** The inputs and results in a data directory. */
export function openBlobs(
  path: string,
  kv: Deno.Kv,
  disk: Disk,
  commit: CommitChange,
): { inputs: SmallBlobs; results: SmallBlobs } {
  return {
    inputs: new SmallBlobs(kv, "small input", commit, new FileBlobs(`${path}/inputs`, disk)),
    results: new SmallBlobs(kv, "small result", commit, new FileBlobs(`${path}/results`, disk)),
  };
}

/**
 * Takes a data directory for this process, until the file that it gives is closed.
 *
 * @param options.create Whether to make a directory that is not there.
 * @throws {DataDirectoryError} If another process has it, or it cannot be opened.
 */
export async function lockDirectory(
  path: string,
  { create }: { create: boolean },
): Promise<Deno.FsFile> {
  try {
    if (create) await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    const lock = await Deno.open(`${path}/lock`, { read: true, write: true, create });
    if (await lock.tryLock(true)) {
      await lock.truncate();
      await lock.write(new TextEncoder().encode(`${Deno.pid}\n`));
      return lock;
    }
    lock.close();
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound && !create
      ? "no server has used it: there is no file 'lock' in it"
      : (cause as Error).message;
    throw new DataDirectoryError(`Cannot open data directory '${path}': ${reason}`, { cause });
  }
  const owner = (await Deno.readTextFile(`${path}/lock`)).trim();
  throw new DataDirectoryError(
    `Cannot open data directory '${path}': process ${owner || "of unknown id"} uses it, and it ` +
      "belongs to one process at a time; stop that process, or choose another directory with --data",
  );
}

/** Marks the database of a data directory, also while it has no jobs. */
const IN_USE = ["directory"];

/** Whether the records are those of a data directory; versions before 0.2 said so by jobs alone. */
export async function isInUse(kv: Deno.Kv): Promise<boolean> {
  if ((await kv.get(IN_USE)).value !== null) return true;
  const { done } = await kv.list({ prefix: ["job"] }, { limit: 1 }).next();
  return !done;
}

/** @throws {DataDirectoryError} If that would lose jobs and is not allowed. */
async function beginAnew(path: string, adopt: boolean): Promise<void> {
  const files = await filesOfJobs(path);
  if (files.length === 0) return;
  const bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const found = `${files.length} ${files.length === 1 ? "file" : "files"} of jobs, ${bytes} bytes`;
  if (!adopt) {
    throw new DataDirectoryError(
      `Cannot open data directory '${path}': it has ${found}, and no jobs.sqlite3 that knows ` +
        "any of them; put that back from a backup, or start with --adopt (MILLRACE_ADOPT=true) to " +
        "remove them and begin anew",
    );
  }
  for (const { file } of files) await Deno.remove(file);
  logger.warn("A data directory without records begins anew", { path, removed: found });
}

/** The inputs and results in a data directory; files with other names are left alone. */
export async function filesOfJobs(
  path: string,
): Promise<{ folder: "inputs" | "results"; name: string; file: string; bytes: number }[]> {
  const files = [];
  for (const folder of ["inputs", "results"] as const) {
    for await (const { name } of Deno.readDir(`${path}/${folder}`)) {
      const known = folder === "inputs" ? jobOfInput(name) : readResultName(name);
      if (known === undefined) continue;
      const file = `${path}/${folder}/${name}`;
      files.push({ folder, name, file, bytes: (await Deno.stat(file)).size });
    }
  }
  return files;
}

/** @throws {Error} That says what to do with records that cannot be read. */
async function openRecords(database: string): Promise<Deno.Kv> {
  try {
    return await Deno.openKv(database);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new Error(`${reason}; put jobs.sqlite3 back from a backup, or use another directory`, {
      cause,
    });
  }
}

/**
 * Gives a data directory back. Closing the file alone would leave it locked as long as a child that
 * is being started, by whatever else is in the process, has its copy of it.
 */
export function unlock(lock: Deno.FsFile): void {
  lock.unlockSync();
  lock.close();
}

/** Whether there is a file, and something in it. */
async function hasContent(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).size > 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Ends the leases of other instances: the lock tells that none of them lives. */
async function forgetOthers(store: KvStore): Promise<void> {
  for (const owner of (await store.leases()).keys()) await store.lease(owner);
}

/**
 * SQLite's commits outlive the process and not a power failure, since Deno KV makes it sync its log
 * only now and then. So the log is synced here. It stays the same file as long as the store is open.
 */
function openLog(path: string): { sync: () => Promise<void>; close: () => void } {
  let log: Deno.FsFile | undefined;
  const sync = coalesce(async () => {
    log ??= await Deno.open(path);
    await log.syncData();
  });
  return { sync, close: () => log?.close() };
}
