import { getPriority, hostname, tmpdir } from "node:os";
import { getLogger } from "@logtape/logtape";
import { isGranted } from "./permissions.ts";
import { ignoreError, own } from "../async/own.ts";
import { FileSegment } from "../reduce/file_segment.ts";
import { Segment } from "../reduce/segment.ts";
import { writeBlocks } from "../reduce/write_blocks.ts";

const logger = getLogger(["millrace", "engine"]);

/** Answers up to this size are read into memory, where a cursor reads them without system calls. */
const MEMORY_SEGMENT_BYTES = 1024 * 1024;

/** Names of an engine's directory: of which host, of which process. */
const NAME = /^millrace-spill-([^/]*)-([0-9]+)-[0-9a-f]{8}$/;

/** Attempts to remove what threads may be writing to. */
const REMOVE_TRIES = 5;

/**
 * Where the jobs of one engine spill: a directory that exists from the first spill on, and in it
 * one directory for each job, which is removed with the job.
 *
 * A process that is killed leaves its directory behind; the next engine that uses the same parent
 * on the same host removes it.
 */
export class SpillDirectory {
  readonly path: string;
  /** Whether any job has spilled. */
  #used = false;

  /** @param parent Where to make it. */
  constructor(parent: string) {
    const random = crypto.randomUUID().slice(0, 8);
    this.path = `${parent}/millrace-spill-${hostName()}-${Deno.pid}-${random}`;
    // The engine does not wait for it; what cannot be removed now is left to the next engine.
    own(removeStale(parent), ignoreError);
  }

  /** Where the worker threads keep a job's files. */
  jobPath(job: number, epoch: number): string {
    return `${this.path}/${job}-${epoch >>> 0}`;
  }

  /** Workers that have written some of their table to disk. */
  workers(job: number, epoch: number): number[] {
    const names = listFiles(this.jobPath(job, epoch));
    return names.filter((name) => name.startsWith("table-")).map((name) => Number(name.slice(6)));
  }

  /** A new path beside the jobs' folders, for a file that its user removes. */
  scratchPath(): string {
    this.#used = true;
    Deno.mkdirSync(this.path, { recursive: true });
    return `${this.path}/scratch-${crypto.randomUUID()}`;
  }

  /**
   * Gives a job lists of records as files, which its merge finds by their names.
   *
   * @param areParts Whether they are parts of the answer, which only stand side by side.
   */
  async putLists(
    job: number,
    epoch: number,
    lists: readonly Segment[],
    areParts: boolean,
  ): Promise<void> {
    const folder = this.jobPath(job, epoch);
    await Deno.mkdir(folder, { recursive: true });
    for (const [i, list] of lists.entries()) {
      const path = `${folder}/${areParts ? "part-list" : "list"}-${i}`;
      if (list instanceof FileSegment && list.link(path)) continue;
      await writeBlocks(path, list.blocks());
    }
  }

  /**
   * Takes a job's answer, which is the caller's; a large one stays on disk until it is closed.
   *
   * @param mostInMemory Bytes of the largest one that does not.
   */
  takeSegment(
    job: number,
    epoch: number,
    keys: number,
    mostInMemory = MEMORY_SEGMENT_BYTES,
  ): Segment {
    const path = `${this.jobPath(job, epoch)}/segment`;
    const { size } = Deno.statSync(path);
    if (size > mostInMemory) return FileSegment.adopt(path, keys);
    return new Segment(Deno.readFileSync(path), keys);
  }

  /** Removes what a job has written; none of its tasks may be out. */
  async removeJob(job: number, epoch: number): Promise<void> {
    this.#used = true;
    await remove(this.jobPath(job, epoch));
  }

  /** Removes everything; no thread may spill any more. */
  async close(): Promise<void> {
    if (this.#used) await remove(this.path);
  }

  /** Removes everything at once, while threads may spill: what comes too late is of the next engine. */
  abandon(): void {
    for (let tries = 0; tries < REMOVE_TRIES; tries++) {
      try {
        return Deno.removeSync(this.path, { recursive: true });
      } catch {
        // a thread has written to it meanwhile, or has removed something first; or there is none
      }
    }
  }
}

function listFiles(path: string): string[] {
  try {
    return Array.from(Deno.readDirSync(path), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** A program without the permission is not asked for it: that would stop it at a prompt. */
function hostName(): string {
  return isGranted({ name: "sys", kind: "hostname" }) ? hostname() : "local";
}

/** The system's directory for temporary files, if there is one that can be written. */
export function temporaryDirectory(): string | undefined {
  const path = isGranted({ name: "env" }) ? tmpdir() : "/tmp";
  if (!isGranted({ name: "write", path }) || !isGranted({ name: "read", path })) return undefined;
  try {
    Deno.removeSync(Deno.makeTempDirSync({ dir: path, prefix: "millrace-" }));
    return path;
  } catch {
    return undefined; // as on a system without files
  }
}

/** Removes the directories of processes of this host that are gone. */
async function removeStale(parent: string): Promise<void> {
  const mayLook = isGranted({ name: "read", path: parent }) &&
    isGranted({ name: "sys", kind: "getPriority" });
  if (!mayLook || !isGranted({ name: "write", path: parent })) return;
  for await (const { name, isDirectory } of Deno.readDir(parent)) {
    const [, host, pid] = NAME.exec(name) ?? [];
    if (!isDirectory || host !== hostName() || isRunning(Number(pid))) continue;
    await remove(`${parent}/${name}`);
  }
}

function isRunning(pid: number): boolean {
  try {
    getPriority(pid); // unlike a signal that does nothing, this needs no permission to run programs
    return true;
  } catch (error) {
    return (error as { info?: { code?: string } }).info?.code !== "ESRCH"; // another user has that process
  }
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return;
    logger.warn("Spilled files cannot be removed", { path, reason: (error as Error).message });
  }
}
