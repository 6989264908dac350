import type { Seal } from "../store/seal.ts";
import type { SealedBlobs, SealedWriter } from "../store/sealed_blobs.ts";

/**
 * Keeps a content while it is counted. The blob is made with its first byte, so most contents that
 * are refused leave none.
 */
export class Spool {
  readonly #inputs: SealedBlobs;
  readonly #name: string;
  #writer: SealedWriter | undefined;
  #opening: Promise<void> | undefined;
  #aborted = false;

  constructor(inputs: SealedBlobs, name: string) {
    this.#inputs = inputs;
    this.#name = name;
  }

  /** @see {SealedWriter.write} */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#aborted) return undefined; // a refused content may be read on for a while
    return this.#writer ? this.#writer.write(bytes) : this.#opening = this.#open(bytes);
  }

  /** Resolves with the seal when the content will outlive the process. */
  async commit(): Promise<Seal> {
    this.#writer ??= await this.#inputs.create(this.#name);
    return await this.#writer.commit();
  }

  /** Leaves nothing behind. */
  async abort(): Promise<void> {
    this.#aborted = true;
    await this.#opening?.catch(() => {}); // the reader of the stream is told
    await this.#writer?.abort();
  }

  async #open(bytes: Uint8Array): Promise<void> {
    this.#writer = await this.#inputs.create(this.#name);
    if (!this.#aborted) await this.#writer.write(bytes);
  }
}
