import type { Transform } from "node:stream";
import { ignoreError, own } from "../../async/own.ts";
import { Turnstile } from "../../async/turnstile.ts";
import { recycleBlock } from "../../output/block_writer.ts";
import type { Block } from "../../output/body.ts";

/** All compress on one thread: Deno's node:zlib works where it is called, async or not (2.9). */
const turnstile = new Turnstile();

/**
 * Blocks through a coder of node:zlib, as they are asked for: a block is read and compressed when
 * all that came of the last is taken. Who stops asking leaves one block and the coder's state.
 *
 * By hand, since a pipeline runs ahead of its reader without a turn of the event loop, and
 * Duplex.toWeb throws outside of every handler when its reader goes away in between.
 */
export class CompressedBlocks {
  readonly #blocks: ReadableStreamDefaultReader<Block>;
  readonly #coder: Transform;
  /** Whether the coder has taken in all that it was given. */
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

  /** What comes next; undefined at the end. Calls must not overlap. @throws What the blocks do. */
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

  /** Reads no more; also while the next block is on its way. */
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
