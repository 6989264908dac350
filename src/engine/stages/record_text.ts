import { sleep } from "../../async/sleep.ts";
import type { Chunk } from "../../input/splitter.ts";
import type { Text } from "../../input/text.ts";

/** Records that are read before others get a turn: about a millisecond's worth. */
const REST_RECORDS = 1 << 15;

/** A text that is made of a segment, and can be made again. */
export abstract class RecordText implements Text {
  readonly charset = "utf-8";
  readonly bomSkipped = false;
  readonly skippedBytes = 0;
  readonly replacements = 0;
  readonly rewinds = true;
  readonly bytes = 0;
  abstract readonly isKeys: boolean;

  #isCancelled = false;
  #records = 0;

  abstract chunks(chunkBytes: number): AsyncIterable<Chunk>;

  cancel(): void {
    this.#isCancelled = true;
  }

  /** Called for each record that was read: lets others run from time to time, and ends a text. */
  protected rest(): Promise<void> | undefined {
    if (++this.#records % REST_RECORDS === 0) return this.#rest();
  }

  async #rest(): Promise<void> {
    await sleep(0);
    if (this.#isCancelled) throw new Error("nobody reads the records any more");
  }
}
