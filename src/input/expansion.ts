import { JobError } from "../contract/problems.ts";
import type { Blocks } from "./byte_stream.ts";

/** Expansion is judged beyond so many bytes: the beginning of a text may well repeat itself. */
const JUDGED_BYTES = 16 * 1024 * 1024;

/** How much text may come out of a compressed body. */
export interface ExpansionLimits {
  /** Most bytes of text. */
  maxExpandedBytes?: number;
  /** Most bytes of text per byte of body, judged beyond 16 MiB of text. */
  maxRatio?: number;
}

/** What is compressed, and how much of it has been read. */
interface Encoded {
  readonly bytes: number;
}

/** Judges how much comes out of one compressed body or, in sum, out of several parts of one. */
export class Expansion {
  readonly #limits: ExpansionLimits;
  /** Bytes that came out of each of the codings that lie over one another, the outermost first. */
  readonly #decoded: number[] = [];
  /** What is being read, and the bytes of what was read before. */
  #encoded: Encoded = { bytes: 0 };
  #encodedBefore = 0;

  constructor(limits: ExpansionLimits) {
    this.#limits = limits;
  }

  /** Says what the blocks that are judged from now on come from. */
  begin(encoded: Encoded): void {
    this.#encodedBefore += this.#encoded.bytes;
    this.#encoded = encoded;
  }

  /**
   * Lets blocks pass as long as they are not too many.
   *
   * @param depth Number of codings outside the one that the blocks come out of: each is judged,
   * since a middle one may expand to much that comes to nothing.
   * @throws {JobError} `expansion_limit`.
   */
  async *judge(blocks: Blocks, depth: number): AsyncGenerator<Uint8Array, void, void> {
    for await (const block of blocks) {
      this.#add(block.length, depth);
      yield block;
    }
  }

  #add(added: number, depth: number): void {
    const { maxExpandedBytes: limit = Infinity, maxRatio = Infinity } = this.#limits;
    const bytes = this.#decoded[depth] = (this.#decoded[depth] ?? 0) + added;
    if (bytes > limit) {
      throw tooLarge(`it exceeds the limit of ${limit} bytes`, { limit, unit: "bytes" });
    }
    const encoded = this.#encodedBefore + this.#encoded.bytes;
    if (bytes <= JUDGED_BYTES || bytes <= encoded * maxRatio) return;
    const value = Math.floor(bytes / encoded);
    const reason = `it is ${value} times the body, the limit is ${maxRatio} times`;
    throw tooLarge(reason, { limit: maxRatio, value, unit: "ratio" });
  }
}

function tooLarge(reason: string, details: Record<string, unknown>): JobError {
  return new JobError("expansion_limit", `Cannot accept the decoded body: ${reason}`, { details });
}
