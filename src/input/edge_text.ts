import type { Edges, EdgeWords } from "./edge_words.ts";
import type { Chunk } from "./splitter.ts";
import type { Text } from "./text.ts";

/** A text of nothing but edges: its one chunk is empty, and what crosses from one to another is counted. */
export class EdgeText implements Text {
  readonly bytes = 0;
  readonly isKeys = false;
  readonly isMade = true;
  readonly charset = "utf-8";
  readonly bomSkipped = false;
  readonly skippedBytes = 0;
  readonly replacements = 0;
  readonly rewinds = true;
  readonly edges: readonly EdgeWords[];

  constructor({ edges }: Edges) {
    this.edges = edges;
  }

  *chunks(): Generator<Chunk, void, void> {
    yield { text: new Uint8Array(0), offset: 0, last: false };
  }

  cancel(): void {}
}
