import type { Kind } from "./instructions.ts";

interface Block {
  kind: Kind;
  /** Operands below the block's own. */
  base: number;
  parameters: number;
  results: number;
}

/**
 * The blocks that are open, and how many operands there are: at most, since code behind a branch
 * may take operands that nobody left.
 */
export class BlockStack {
  readonly #blocks: Block[];
  #top: Block;
  #operands = 0;

  /** @param kind What the function's own block counts as. */
  constructor(kind: Kind, results: number) {
    this.#top = { kind, base: 0, parameters: 0, results };
    this.#blocks = [this.#top];
  }

  get depth(): number {
    return this.#blocks.length;
  }

  get operands(): number {
    return this.#operands;
  }

  /** What opened the innermost block. */
  get kind(): Kind {
    return this.#top.kind;
  }

  open(kind: Kind, parameters: number, results: number): void {
    const base = Math.max(this.#operands - parameters, this.#top.base);
    this.#top = { kind, base, parameters, results };
    this.#blocks.push(this.#top);
    this.#operands = base + parameters;
  }

  /** The innermost block begins anew, as another kind. */
  turn(kind: Kind): void {
    this.#top.kind = kind;
    this.#operands = this.#top.base + this.#top.parameters;
  }

  close(): void {
    const { base, results } = this.#blocks.pop()!;
    this.#operands = base + results;
    this.#top = this.#blocks.at(-1) ?? this.#top;
  }

  /** An instruction takes and leaves operands. */
  change(effect: number): void {
    this.#operands = Math.max(this.#operands + effect, this.#top.base);
  }

  /** Nothing reaches what follows. */
  leave(): void {
    this.#operands = this.#top.base;
  }
}
