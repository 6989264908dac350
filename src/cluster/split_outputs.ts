import { ignoreError } from "../async/own.ts";
import { createStream } from "../input/byte_stream.ts";
import { FileSegment } from "../reduce/file_segment.ts";
import { BLOCK_BYTES, type Segment } from "../reduce/segment.ts";
import { writeBlocks } from "../reduce/write_blocks.ts";
import type { ClusterMeter } from "./cluster_meter.ts";
import { decodeRange, type EncodedRange, encodeRange, type KeyRange } from "./key_range.ts";
import { OutputIndex } from "./output_index.ts";

/** Where nodes ask each other for keys: `/internal/outputs/JOB/TOKEN`. */
const ROOT = "/internal/outputs";

/** Names of jobs and tokens, which become names of files. */
const PATH = new RegExp(`^${ROOT}/([\\w-]{1,100})/([\\w-]{1,100})$`);

/** How old an output gets that nobody has asked to be gone. */
const MOST_AGE_MS = 6 * 60 * 60 * 1000;

/** The path of an output, or of the records of a range in it. */
export function outputPath(job: string, token: string, range?: KeyRange): string {
  const path = `${ROOT}/${job}/${token}`;
  return range ? `${path}?${new URLSearchParams(encodeRange(range))}` : path;
}

/**
 * The keys that this node has counted for jobs of the cluster, in files. Each lies under the token
 * of the attempt that wrote it, and only a token that the queue has accepted is ever asked for.
 */
export class SplitOutputs {
  readonly #folder: string;
  readonly #meter: ClusterMeter;
  /** Of outputs that stand by key, by job and token. */
  readonly #indices = new Map<string, Map<string, OutputIndex>>();

  /** @param folder Which it makes, and removes in the end. */
  constructor(folder: string, meter: ClusterMeter) {
    this.#folder = folder;
    this.#meter = meter;
  }

  /** Keeps what others ask for by a token. */
  async write(
    job: string,
    token: string,
    blocks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<void> {
    await Deno.mkdir(`${this.#folder}/${job}`, { recursive: true });
    await writeBlocks(this.pathOf(job, token), blocks);
  }

  /**
   * Keeps the records of a segment that stands by key, of which others may ask for ranges.
   *
   * @returns Some of the keys.
   */
  async writeByKey(job: string, token: string, segment: Segment): Promise<Uint8Array[]> {
    const index = new OutputIndex();
    await this.write(job, token, index.watch(segment.blocks()));
    const indices = this.#indices.get(job) ?? new Map<string, OutputIndex>();
    this.#indices.set(job, indices.set(token, index));
    return index.sample();
  }

  /**
   * The records of a range in an output of this node.
   *
   * @throws {Deno.errors.NotFound} If it is not here.
   */
  openRange(job: string, token: string, range: KeyRange): OutputRange {
    const index = this.#indices.get(job)?.get(token);
    if (!index) throw new Deno.errors.NotFound("no output by key has this name");
    const output = FileSegment.open(this.pathOf(job, token), index.keys);
    try {
      const { from, to } = index.find(output, range);
      return { bytes: to - from, blocks: readBlocks(output, from, to) };
    } catch (error) {
      output.close();
      throw error;
    }
  }

  pathOf(job: string, token: string): string {
    return `${this.#folder}/${job}/${token}`;
  }

  /** Lets go of all that a job has here. */
  async drop(job: string): Promise<void> {
    this.#indices.delete(job);
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
  answer({ method, url }: Request, path: string): Promise<Response> | undefined {
    const [, job, token] = PATH.exec(path) ?? [];
    if (method !== "GET" || job === undefined) return undefined;
    const asked = new URL(url).searchParams;
    return this.#send(job, token, asked.size > 0 ? Object.fromEntries(asked) : undefined);
  }

  async #send(job: string, token: string, range?: EncodedRange): Promise<Response> {
    try {
      const { body, bytes } = range
        ? this.#openStream(job, token, decodeRange(range))
        : await openFile(this.pathOf(job, token));
      this.#meter.moved.outputsServed += bytes;
      return new Response(body, { headers: { "content-length": String(bytes) } });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new Response(null, { status: 404 });
      throw error;
    }
  }

  #openStream(job: string, token: string, range: KeyRange) {
    const { bytes, blocks } = this.openRange(job, token, range);
    return { body: createStream(blocks, ignoreError), bytes };
  }
}

/** Some of the records of an output. */
export interface OutputRange {
  readonly bytes: number;
  /** To be read once, to their end or until they are returned. */
  readonly blocks: AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;
}

/** Bytes of a segment, each block the reader's to keep; closes the segment in the end. */
async function* readBlocks(
  segment: FileSegment,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  try {
    for (let at = from; at < to;) {
      const block = new Uint8Array(Math.min(BLOCK_BYTES, to - at));
      const filled = segment.readAt(at, block);
      if (filled === 0) return;
      yield block.subarray(0, filled);
      at += filled;
    }
  } finally {
    segment.close();
  }
}

async function openFile(path: string) {
  const file = await Deno.open(path);
  const { size: bytes } = await file.stat();
  return { body: file.readable, bytes };
}

async function* readFolder(path: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
