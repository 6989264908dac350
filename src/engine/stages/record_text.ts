import type { Chunk } from "../../input/splitter.ts";
import type { Text } from "../../input/text.ts";

/** A text that is made of a segment, and can be made again. */
export abstract class RecordText implements Text {
  readonly charset = "utf-8";
  readonly bomSkipped = false;
  readonly skippedBytes = 0;
  readonly replacements = 0;
  readonly rewinds = true;
  readonly bytes = 0;
  abstract readonly isKeys: boolean;

  abstract chunks(chunkBytes: number): Iterable<Chunk>;

  cancel(): void {}
}
