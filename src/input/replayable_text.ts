import type { Chunk, SplitRule } from "./splitter.ts";
import type { Text } from "./text.ts";
import { TextView } from "./text_view.ts";

/** A text that is opened anew whenever it is read. */
export class ReplayableText extends TextView {
  readonly #open: () => Text;
  protected text: Text;
  #isRead = false;

  constructor(open: () => Text) {
    super();
    this.#open = open;
    this.text = open();
  }

  override get isKeys(): boolean {
    return false;
  }

  override get rewinds(): boolean {
    return true;
  }

  chunks(chunkBytes: number, rule: SplitRule): AsyncIterable<Chunk> | Iterable<Chunk> {
    if (this.#isRead) {
      this.text.cancel("it is read again");
      this.text = this.#open();
    }
    this.#isRead = true;
    return this.text.chunks(chunkBytes, rule);
  }
}
