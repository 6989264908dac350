import type { Chunk } from "../../input/splitter.ts";
import type { Segment } from "../../reduce/segment.ts";
import { VALUE_BYTES } from "../../shared/pairs.ts";
import { GroupPacker, groupRecordBytes } from "./group_packer.ts";
import { KeyWatch } from "./key_watch.ts";
import { RecordText } from "./record_text.ts";

/** The values of each key, as `mr_combine` and `mr_finish` take them; see group_packer.ts. */
export class GroupText extends RecordText {
  readonly isKeys = false;
  readonly #pairs: Segment;
  readonly #mostGroupBytes: number;

  /**
   * @param pairs Of keys and values, ordered by key, each with its count.
   * @param mostGroupBytes A group of more is cut, so that one more stage has to combine what comes of
   *   its parts.
   */
  constructor(pairs: Segment, mostGroupBytes: number) {
    super();
    this.#pairs = pairs;
    this.#mostGroupBytes = mostGroupBytes;
  }

  /** Whether no group has to be cut. */
  async isWhole(): Promise<boolean> {
    const watch = new KeyWatch();
    const pair = this.#pairs.records();
    let bytes = 0;
    while (pair.next()) {
      const rest = this.rest(pair);
      if (rest) await rest;
      if (watch.isNew(pair)) bytes = 0;
      bytes += groupRecordBytes(watch.key!.length, pair.count);
      if (bytes > this.#mostGroupBytes) return false;
    }
    return true;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new GroupPacker(chunkBytes, this.#mostGroupBytes);
    const watch = new KeyWatch();
    const pair = this.#pairs.records();
    while (pair.next()) {
      const rest = this.rest(pair);
      if (rest) await rest;
      if (watch.isNew(pair)) packer.beginGroup();
      const value = pair.bytes.subarray(watch.keyEnd, watch.keyEnd + VALUE_BYTES);
      yield* packer.add(watch.key!, value, pair.count);
    }
    yield* packer.end();
  }
}
