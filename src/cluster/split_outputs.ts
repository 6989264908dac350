import { ignoreError } from "../async/own.ts";
import type { Segment } from "../reduce/segment.ts";
import type { ClusterMeter } from "./cluster_meter.ts";
import { writeBlocks } from "../reduce/write_blocks.ts";

/** Where nodes ask each other for keys: `/internal/outputs/JOB/TOKEN`. */
const ROOT = "/internal/outputs";

/** Names of jobs and tokens, which become names of files. */
const PATH = new RegExp(`^${ROOT}/([\\w-]{1,100})/([\\w-]{1,100})$`);

/** How old an output gets that nobody has asked to be gone. */
const MOST_AGE_MS = 6 * 60 * 60 * 1000;

/** The path of an output. */
export function outputPath(job: string, token: string): string {
  return `${ROOT}/${job}/${token}`;
}

/**
 * The keys that this node has counted for jobs of the cluster, in files. Each lies under the token
 * of the attempt that wrote it, and only a token that the queue has accepted is ever asked for.
 */
export class SplitOutputs {
  readonly #folder: string;
  readonly #meter: ClusterMeter;

  /** @param folder Which it makes, and removes in the end. */
  constructor(folder: string, meter: ClusterMeter) {
    this.#folder = folder;
    this.#meter = meter;
  }

  /** Keeps the records of a segment. */
  async write(job: string, token: string, segment: Segment): Promise<void> {
    await Deno.mkdir(`${this.#folder}/${job}`, { recursive: true });
    await writeBlocks(this.pathOf(job, token), segment.blocks());
  }

  pathOf(job: string, token: string): string {
    return `${this.#folder}/${job}/${token}`;
  }

  /** Lets go of all that a job has here. */
  async drop(job: string): Promise<void> {
    await Deno.remove(`${this.#folder}/${job}`, { recursive: true }).catch(ignoreError);
  }

  /** Lets go of what was written so long ago that its job can only have been lost. */
  async sweep(now = Date.now()): Promise<void> {
    for await (const { name } of readFolder(this.#folder)) {
      const { mtime } = await Deno.stat(`${this.#folder}/${name}`);
      if (mtime !== null && now - mtime.getTime() > MOST_AGE_MS) await this.drop(name);
    }
  }

  async close(): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true }).catch(ignoreError);
  }

  /**
   * Gives another node an output.
   *
   * @returns Undefined for what is not about outputs.
   */
  answer({ method }: Request, path: string): Promise<Response> | undefined {
    const [, job, token] = PATH.exec(path) ?? [];
    return method === "GET" && job !== undefined ? this.#send(this.pathOf(job, token)) : undefined;
  }

  async #send(path: string): Promise<Response> {
    try {
      const file = await Deno.open(path);
      const { size } = await file.stat();
      this.#meter.moved.outputsServed += size;
      return new Response(file.readable, { headers: { "content-length": String(size) } });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new Response(null, { status: 404 });
      throw error;
    }
  }
}

async function* readFolder(path: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
