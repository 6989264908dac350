import type { Chunk, SplitRule } from "./splitter.ts";
import type { Text } from "./text.ts";

/** A text that is opened anew whenever it is read. */
export class ReplayableText implements Text {
  readonly isKeys = false;
  readonly rewinds = true;
  readonly #open: () => Text;
  #text: Text;
  #isRead = false;

  constructor(open: () => Text) {
    this.#open = open;
    this.#text = open();
  }

  get bytes(): number {
    return this.#text.bytes;
  }

  get bytesRead(): number {
    return this.#text?.bytesRead ?? this.bytes;
  }

  get charset(): string {
    return this.#text.charset;
  }

  get bomSkipped(): boolean {
    return this.#text.bomSkipped;
  }

  get skippedBytes(): number {
    return this.#text.skippedBytes;
  }

  get replacements(): number {
    return this.#text.replacements;
  }

  chunks(chunkBytes: number, rule: SplitRule): AsyncIterable<Chunk> | Iterable<Chunk> {
    if (this.#isRead) {
      this.#text.cancel("it is read again");
      this.#text = this.#open();
    }
    this.#isRead = true;
    return this.#text.chunks(chunkBytes, rule);
  }

  place(offset: number): Record<string, unknown> {
    return this.#text.place?.(offset) ?? {};
  }

  cancel(reason: unknown): void {
    this.#text.cancel(reason);
  }
}
