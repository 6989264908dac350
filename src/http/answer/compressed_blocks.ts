import type { Transform } from "node:stream";
import { ignoreError, own } from "../../async/own.ts";
import { Turnstile } from "../../async/turnstile.ts";
import { recycleBlock } from "../../output/block_writer.ts";
import type { Block } from "../../output/body.ts";

/** All answers are compressed on one thread: Deno's node:zlib works on its caller's (2.9). */
const turnstile = new Turnstile();

/**
 * Compresses blocks with a coder of node:zlib, as its reader asks for them: it reads and compresses
 * a block when the reader has taken all output of the last. A reader that stops asking leaves one
 * block and the coder's state in memory.
 *
 * It is written by hand: a pipeline runs ahead of its reader without a turn of the event loop, and
 * Duplex.toWeb throws outside of every handler if the reader goes away in between.
 */
export class CompressedBlocks {
  readonly #blocks: ReadableStreamDefaultReader<Block>;
  readonly #coder: Transform;
  /** Whether the coder has taken in the last block. */
  #taken = true;
  #ended = false;
  #failure: { error: unknown } | undefined;
  #wake = () => {};

  constructor(blocks: ReadableStreamDefaultReader<Block>, coder: Transform) {
    this.#blocks = blocks;
    this.#coder = coder;
    const wake = () => this.#wake();
    coder.on("readable", wake);
    coder.once("end", () => {
      this.#ended = true;
      wake();
    });
    coder.on("error", (error) => {
      this.#failure = { error };
      wake();
    });
  }

  /**
   * The next output; undefined at the end. Calls must not overlap. Throws what the blocks throw.
   */
  async next(): Promise<Block | undefined> {
    try {
      return await this.#next();
    } catch (error) {
      own(this.cancel(error), ignoreError);
      throw error;
    }
  }

  async #next(): Promise<Block | undefined> {
    while (true) {
      const chunk: Block | null = this.#ended ? null : this.#coder.read();
      if (chunk !== null) return chunk;
      if (this.#failure) throw this.#failure.error;
      if (this.#ended) return undefined;
      if (this.#taken) await this.#feed();
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Stops reading; it may be called while the next block is on its way. */
  cancel(reason: unknown): Promise<void> {
    this.#ended = true;
    this.#coder.destroy();
    this.#wake();
    return this.#blocks.cancel(reason);
  }

  async #feed(): Promise<void> {
    await turnstile.pass();
    const { value } = await this.#blocks.read();
    if (this.#ended) return;
    this.#taken = false;
    if (value === undefined) {
      this.#coder.end();
      return;
    }
    this.#coder.write(value, () => {
      recycleBlock(value);
      this.#taken = true;
      this.#wake();
    });
  }
}
