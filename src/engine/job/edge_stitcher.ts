import type { EdgeWords } from "../../input/edge_words.ts";
import { encodePackedKeys } from "../../input/packed_keys.ts";

/**
 * Joins the n-grams that begin in one chunk and end in a later one, which no worker sees.
 *
 * Chunks come back in any order; the stitcher joins them in the order of the text. An n-gram may
 * reach across several chunks if those between have fewer than n - 1 words.
 */
export class EdgeStitcher {
  readonly #n: number;
  readonly #separator: number;
  /** Words of chunks that have come before an earlier one. */
  readonly #early = new Map<number, EdgeWords>();
  /** Chunks that begin a text of their own. */
  readonly #openings = new Set<number>();
  /** The last n - 1 words before the next chunk. */
  #tail: readonly Uint8Array[] = [];
  /** The first n - 1 words of all. */
  readonly #head: Uint8Array[] = [];
  #tokens = 0;
  #next = 0;
  #keys: Uint8Array[] = [];

  /**
   * @param n Words per key, at least 2.
   * @param separator The byte between them.
   */
  constructor(n: number, separator: number) {
    this.#n = n;
    this.#separator = separator;
  }

  /** Says that no n-gram reaches into a chunk; before the chunk's words are added. */
  open(part: number): void {
    this.#openings.add(part);
  }

  /** Takes the edge words of one chunk. */
  add(part: number, words: EdgeWords): void {
    this.#early.set(part, words);
    for (;;) {
      const edges = this.#early.get(this.#next);
      if (!edges) return;
      if (this.#openings.delete(this.#next)) this.#tail = [];
      this.#early.delete(this.#next++);
      this.#stitch(edges);
    }
  }

  #stitch({ tokens, head, tail }: EdgeWords): void {
    const n = this.#n;
    this.#tokens += tokens;
    this.#head.push(...head.slice(0, n - 1 - this.#head.length));
    const words = [...this.#tail, ...head];
    for (let first = 0; first < this.#tail.length && first + n <= words.length; first++) {
      if (first + n > this.#tail.length) {
        this.#keys.push(join(words.slice(first, first + n), this.#separator));
      }
    }
    this.#tail = tokens >= n - 1 ? tail : words.slice(-(n - 1));
  }

  /** The words at the edges of all chunks together, if none of them opens a text but the first. */
  get edges(): EdgeWords {
    return { tokens: this.#tokens, head: this.#head, tail: this.#tail };
  }

  /** The n-grams that reach from one chunk into another, as packed keys. */
  records(): Uint8Array<ArrayBuffer> {
    return encodePackedKeys(this.#keys);
  }
}

/**
 * Reads the edge words of a chunk as the kernel leaves them.
 *
 * @param block As `assembly/text/edge_words.ts` describes it; a copy, which the words are views on.
 */
export function parseEdges(block: Uint8Array): EdgeWords {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const tailStart = view.getUint32(4, true);
  return {
    tokens: view.getUint32(0, true),
    head: parseRecords(block, view, 8, tailStart),
    tail: parseRecords(block, view, tailStart, block.length),
  };
}

function parseRecords(block: Uint8Array, view: DataView, from: number, to: number): Uint8Array[] {
  const words: Uint8Array[] = [];
  while (from < to) {
    const end = from + 4 + view.getUint32(from, true);
    words.push(block.subarray(from + 4, end));
    from = end;
  }
  return words;
}

function join(words: Uint8Array[], separator: number): Uint8Array {
  const key = new Uint8Array(words.reduce((sum, word) => sum + word.length + 1, -1));
  let at = 0;
  for (const word of words) {
    key.set(word, at);
    at += word.length;
    if (at < key.length) key[at++] = separator;
  }
  return key;
}
