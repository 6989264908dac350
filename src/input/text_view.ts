import type { Chunk, SplitRule } from "./splitter.ts";
import type { Text } from "./text.ts";

/** A text that shows another one; a subclass says which, and what its chunks are. */
export abstract class TextView implements Text {
  protected abstract readonly text: Text;

  get bytes(): number {
    return this.text.bytes;
  }

  get bytesRead(): number {
    return this.text.bytesRead ?? this.text.bytes;
  }

  get isKeys(): boolean {
    return this.text.isKeys;
  }

  get charset(): string {
    return this.text.charset;
  }

  get bomSkipped(): boolean {
    return this.text.bomSkipped;
  }

  get skippedBytes(): number {
    return this.text.skippedBytes;
  }

  get replacements(): number {
    return this.text.replacements;
  }

  get rewinds(): boolean {
    return this.text.rewinds;
  }

  abstract chunks(
    chunkBytes: number,
    rule: SplitRule,
  ): AsyncIterable<Chunk> | Iterable<Chunk>;

  place(offset: number): Record<string, unknown> {
    return this.text.place?.(offset) ?? {};
  }

  cancel(reason: unknown): void {
    this.text.cancel(reason);
  }
}
