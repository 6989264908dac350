import type { Chunk } from "../../input/splitter.ts";
import type { Segment } from "../../reduce/segment.ts";
import { estimate, MOST_RANK, REGISTERS } from "../../shared/hyperloglog.ts";
import { KeyWatch } from "./key_watch.ts";
import { RecordText } from "./record_text.ts";
import { ValuePacker } from "./value_packer.ts";

/** For each key about how many different texts it was paired with: value records. */
export class SketchText extends RecordText {
  readonly isKeys = false;
  readonly #registers: Segment;

  /** @param registers Ordered by key, so that those of one key follow each other. */
  constructor(registers: Segment) {
    super();
    this.#registers = registers;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new ValuePacker(chunkBytes);
    const ranks = new Uint16Array(MOST_RANK + 1);
    const register = this.#registers.records();
    const watch = new KeyWatch();
    let seen = 0;
    while (register.next()) {
      const rest = this.rest(register);
      if (rest) await rest;
      const { key } = watch;
      if (watch.isNew(register)) {
        const chunk = key && packer.add(key, estimateOf(ranks, seen));
        if (chunk) yield chunk;
        ranks.fill(0);
        seen = 0;
      }
      ranks[Number(register.integer)]++;
      seen++;
    }
    const chunk = watch.key && packer.add(watch.key, estimateOf(ranks, seen));
    if (chunk) yield chunk;
    yield* packer.end();
  }
}

/** @param seen How many registers hold a rank. */
function estimateOf(ranks: Uint16Array, seen: number): bigint {
  ranks[0] = REGISTERS - seen;
  return BigInt(Math.round(estimate(ranks)));
}
