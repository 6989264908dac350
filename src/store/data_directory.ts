import { FileBlobs, syncFolder } from "./file_blobs.ts";
import { KvStore } from "./kv_store.ts";
import type { DurableStore } from "./open_store.ts";
import { shareRuns } from "./shared_runs.ts";

/** A data directory that cannot be used; its message is for the user. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
}

/**
 * Opens a folder in which jobs outlive the process, which is made when it is not there:
 *
 * ```text
 * lock           locked as long as a process uses the folder; holds its id
 * jobs.sqlite3   records and keys, in Deno KV
 * inputs/        a file per job that has not ended
 * results/       a file per job that is done
 * ```
 *
 * SQLite would let a second process in, and each would take the other's jobs for its own: both
 * believe that whoever else owned a job is dead. So the folder has a lock of its own, which the
 * system lifts when the process ends, however it ends.
 *
 * @param options.heldBytes Most bytes of results to hold in memory.
 * @param options.now The clock, for tests.
 * @throws {DataDirectoryError} If another process uses it, or it cannot be opened.
 */
export async function openDataDirectory(
  path: string,
  { heldBytes, now }: { heldBytes: number; now?: () => number },
): Promise<DurableStore> {
  const lock = await openLock(path);
  try {
    for (const folder of ["inputs", "results"]) {
      await Deno.mkdir(`${path}/${folder}`, { recursive: true });
    }
    const database = `${path}/jobs.sqlite3`;
    const kv = await Deno.openKv(database);
    await syncFolder(path);
    const store = new KvStore(kv, {
      results: new FileBlobs(`${path}/results`),
      heldBytes,
      shared: false,
      sync: createLogSync(`${database}-wal`),
      now,
    });
    await forgetOthers(store);
    return {
      store,
      inputs: new FileBlobs(`${path}/inputs`),
      close: async () => {
        await store.close();
        lock.close();
      },
    };
  } catch (cause) {
    lock.close();
    throw new DataDirectoryError(
      `Cannot use data directory '${path}': ${(cause as Error).message}`,
      { cause },
    );
  }
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    const lock = await Deno.open(`${path}/lock`, { read: true, write: true, create: true });
    if (await lock.tryLock(true)) {
      await lock.truncate();
      await lock.write(new TextEncoder().encode(`${Deno.pid}\n`));
      return lock;
    }
    lock.close();
  } catch (cause) {
    throw new DataDirectoryError(
      `Cannot open data directory '${path}': ${(cause as Error).message}`,
      { cause },
    );
  }
  const owner = (await Deno.readTextFile(`${path}/lock`)).trim();
  throw new DataDirectoryError(
    `Cannot open data directory '${path}': process ${owner || "of unknown id"} uses it, and it ` +
      "belongs to one process at a time; stop that process, or choose another directory with --data",
  );
}

/** Nobody else can be alive here. */
async function forgetOthers(store: KvStore): Promise<void> {
  for (const owner of (await store.leases()).keys()) await store.lease(owner);
}

/**
 * SQLite's commits outlive the process, not a power failure: Deno KV has it sync its log only now
 * and then. So the log is synced here.
 */
function createLogSync(path: string): () => Promise<void> {
  return shareRuns(async () => {
    using log = await Deno.open(path);
    await log.syncData();
  });
}
