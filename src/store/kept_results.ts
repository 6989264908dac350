import { FileSegment } from "../reduce/file_segment.ts";
import { Segment } from "../reduce/segment.ts";
import { resultBlob, resultName } from "./job_blobs.ts";
import type { ResultRecord } from "./job_record.ts";
import type { Seal } from "./seal.ts";
import type { SealedBlob, SealedBlobs } from "./sealed_blobs.ts";
import { SegmentCache } from "./segment_cache.ts";
import { SMALL_BYTES } from "./small_blobs.ts";

/** Results of jobs in sealed blobs. Those that were used last are held in memory as well. */
export class KeptResults {
  readonly #blobs: SealedBlobs;
  readonly #held: SegmentCache;

  /** @param heldBytes Most bytes of results to hold in memory. */
  constructor(blobs: SealedBlobs, heldBytes: number) {
    this.#blobs = blobs;
    this.#held = new SegmentCache(heldBytes);
  }

  /**
   * Keeps an attempt's result, and closes the segment.
   *
   * @throws {JobError} `out_of_storage` if it cannot be kept; nothing is left of it then.
   */
  async save(id: string, attempt: number, segment: Segment): Promise<Seal> {
    const name = resultName(id, attempt);
    const writer = await this.#blobs.create(name);
    try {
      for (const block of segment.blocks()) await writer.write(block);
      const seal = await writer.commit();
      if (!(segment instanceof FileSegment)) this.#held.add(name, segment);
      return seal;
    } catch (error) {
      await writer.abort().catch(() => {});
      throw error;
    } finally {
      segment.close();
    }
  }

  /**
   * The keys and counts of a result; nothing when there is no such blob.
   *
   * @throws {JobError} `damaged`.
   */
  async load(id: string, result: ResultRecord): Promise<Segment | undefined> {
    const blob = resultBlob(id, result);
    const path = this.#blobs.path(blob.name);
    const isFile = path !== undefined && blob.bytes > SMALL_BYTES;
    return isFile && !this.#held.takes(blob.bytes)
      ? await this.#open(blob, path, result.keys)
      : await this.#held.get(blob.name, () => this.#read(blob, result.keys));
  }

  /** Makes the failure for a result that is missing though a record names it. */
  missing(id: string, result: ResultRecord): Error {
    return this.#blobs.damaged(resultBlob(id, result));
  }

  async drop(id: string, attempt: number): Promise<void> {
    const name = resultName(id, attempt);
    await this.#blobs.remove(name);
    this.#held.drop(name);
  }

  /** Names of all blobs, those included that are no results. */
  names(): AsyncIterable<string> {
    return this.#blobs.names();
  }

  /** Removes a result by its name, which no record knows, so that nobody can hold it. */
  remove(name: string): Promise<void> {
    return this.#blobs.remove(name);
  }

  async #read(blob: SealedBlob, keys: number): Promise<Segment | undefined> {
    const bytes = await this.#blobs.read(blob);
    return bytes && new Segment(bytes, keys);
  }

  /** A result that is read from its file, and checked, as its reader takes it. */
  async #open(blob: SealedBlob, path: string, keys: number): Promise<FileSegment | undefined> {
    const check = await this.#blobs.check(blob);
    let segment: FileSegment;
    try {
      segment = FileSegment.open(path, keys, check);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
    if (segment.byteLength === blob.bytes) return segment;
    segment.close();
    throw this.#blobs.damaged(blob, `it has not the ${blob.bytes} bytes that were written`);
  }
}
