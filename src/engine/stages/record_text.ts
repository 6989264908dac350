import { sleep } from "../../async/sleep.ts";
import type { Chunk } from "../../input/splitter.ts";
import type { RecordCursor } from "../../reduce/segment.ts";
import type { Text } from "../../input/text.ts";

/** Records that are read before others get a turn, or bytes of keys: about a millisecond's worth. */
const REST_RECORDS = 1 << 15;
const REST_BYTES = 1 << 20;

/** A text that is made of a segment, and can be made again. */
export abstract class RecordText implements Text {
  readonly charset = "utf-8";
  readonly bomSkipped = false;
  readonly skippedBytes = 0;
  readonly replacements = 0;
  readonly rewinds = true;
  readonly bytes = 0;
  readonly isMade = true;
  abstract readonly isKeys: boolean;

  #isCancelled = false;
  #records = 0;
  #bytes = 0;

  abstract chunks(chunkBytes: number): AsyncIterable<Chunk>;

  cancel(): void {
    this.#isCancelled = true;
  }

  /** An offset among these records tells a client nothing. */
  place(): Record<string, unknown> {
    return { offset: undefined };
  }

  /**
   * Called for each record that was read: lets others run from time to time, and ends a text.
   *
   * @param cost Of what becomes of it, in records that are passed on as they are.
   * @throws {Error} If the text was cancelled.
   */
  protected rest(
    { keyStart, keyEnd }: Pick<RecordCursor, "keyStart" | "keyEnd">,
    cost = 1,
  ): Promise<void> | undefined {
    this.#bytes += keyEnd - keyStart;
    this.#records += cost;
    if (this.#records >= REST_RECORDS || this.#bytes >= REST_BYTES) return this.#rest();
  }

  async #rest(): Promise<void> {
    this.#records = this.#bytes = 0;
    await sleep(0);
    if (this.#isCancelled) throw new Error("nobody reads the records any more");
  }
}
