import { createHash } from "node:crypto";
import { ByteSource, type SourceLimits } from "../input/source.ts";

/** Bytes that are hashed at once. */
const HASH_BYTES = 64 * 1024;

/** Tells one submission from another: a digest of its terms and its content. */
export class Fingerprint {
  readonly #hash = createHash("sha256");

  /** @param terms What is said beside the content, as JSON can write it. */
  constructor(terms: unknown) {
    this.#hash.update(JSON.stringify(terms));
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** The digest in hexadecimal digits; nothing can be added afterwards. */
  digest(): string {
    return this.#hash.digest("hex");
  }

  /**
   * Adds a content that nobody counts, and gives the digest.
   *
   * @throws {JobError} As ByteSource.
   */
  async read(body: ReadableStream<Uint8Array> | null, limits: SourceLimits): Promise<string> {
    if (body === null) return this.digest();
    const source = new ByteSource(body, limits);
    let buffer = new Uint8Array(HASH_BYTES);
    try {
      while (true) {
        const read = await source.read(buffer, 0);
        if (read.added === 0) return this.digest();
        buffer = read.buffer;
        this.update(buffer.subarray(0, read.added));
      }
    } catch (error) {
      source.cancel(error);
      throw error;
    }
  }
}
