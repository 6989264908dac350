import type { Chunk, SplitRule } from "./splitter.ts";
import type { Text } from "./text.ts";

/**
 * The chunks of a text, one after the other, and again from the first one where that is possible: a
 * text that can be read twice is read twice. Of any other text the first `replayBytes` are kept.
 */
export class ChunkReader {
  readonly #text: Text;
  readonly #chunkBytes: number;
  readonly #rule: SplitRule;
  readonly #replayBytes: number;
  #holds = false;
  #chunks: Iterator<Chunk> | AsyncIterator<Chunk>;
  /** Chunks that were read, unless they have become too many. */
  #kept: Chunk[] | undefined = [];
  #keptBytes = 0;
  /** How many of them are given. */
  #given = 0;

  constructor(text: Text, chunkBytes: number, rule: SplitRule, replayBytes: number) {
    this.#text = text;
    this.#chunkBytes = chunkBytes;
    this.#rule = rule;
    this.#replayBytes = replayBytes;
    this.#chunks = this.#open();
  }

  #open(): Iterator<Chunk> | AsyncIterator<Chunk> {
    const chunks = this.#text.chunks(this.#chunkBytes, this.#rule);
    return Symbol.iterator in chunks ? chunks[Symbol.iterator]() : chunks[Symbol.asyncIterator]();
  }

  /** The next chunk, valid until the one after it is asked for; nothing at the end. */
  async next(): Promise<Chunk | undefined> {
    const kept = this.#kept?.[this.#given];
    if (kept) {
      this.#given++;
      return kept;
    }
    const { value, done } = await this.#chunks.next();
    if (done) return undefined;
    if (this.#kept && !this.#text.rewinds) this.#keep(value);
    return value;
  }

  #keep(chunk: Chunk): void {
    this.#keptBytes += chunk.text.length;
    if (this.#keptBytes > this.#replayBytes && !this.#holds) {
      this.#kept = undefined;
      return;
    }
    // No later chunk is written over the last one, so that one needs no copy.
    const { text, last } = chunk;
    const isCopied = text instanceof Uint8Array && !last;
    this.#kept!.push(isCopied ? { ...chunk, text: text.slice() } : chunk);
    this.#given++;
  }

  /** Whether rewind() is possible. */
  get canRewind(): boolean {
    return this.#kept !== undefined || this.#text.rewinds;
  }

  /** Keeps everything until rewind(), so that a read that is under way cannot make that impossible. */
  hold(): void {
    this.#holds = true;
  }

  /** From here on, next() gives the first chunk and those that follow it again. */
  rewind(): void {
    this.#given = 0;
    this.#holds = false;
    if (this.#text.rewinds) this.#chunks = this.#open();
  }
}
