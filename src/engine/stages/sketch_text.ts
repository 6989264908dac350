import type { Chunk } from "../../input/splitter.ts";
import type { Segment, SegmentCursor } from "../../reduce/segment.ts";
import { estimate, MOST_RANK, REGISTERS } from "../../shared/hyperloglog.ts";
import { REGISTER_SUFFIX_BYTES } from "../../shared/pairs.ts";
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

  *chunks(chunkBytes: number): Generator<Chunk, void, void> {
    const packer = new ValuePacker(chunkBytes);
    const ranks = new Uint16Array(MOST_RANK + 1);
    const register = this.#registers.records();
    let key: Uint8Array | undefined;
    let seen = 0;
    while (register.next()) {
      if (key === undefined || !isOf(register, key)) {
        const chunk = key && packer.add(key, estimateOf(ranks, seen));
        if (chunk) yield chunk;
        key = register.bytes.slice(register.keyStart, register.keyEnd - REGISTER_SUFFIX_BYTES);
        ranks.fill(0);
        seen = 0;
      }
      ranks[Number(register.integer)]++;
      seen++;
    }
    const chunk = key && packer.add(key, estimateOf(ranks, seen));
    if (chunk) yield chunk;
    yield* packer.end();
  }
}

/** Whether a register is one of a key's sketch. */
function isOf({ bytes, keyStart, keyEnd }: SegmentCursor, key: Uint8Array): boolean {
  if (keyEnd - keyStart !== key.length + REGISTER_SUFFIX_BYTES) return false;
  for (let i = 0; i < key.length; i++) if (bytes[keyStart + i] !== key[i]) return false;
  return true;
}

/** @param seen How many registers hold a rank. */
function estimateOf(ranks: Uint16Array, seen: number): bigint {
  ranks[0] = REGISTERS - seen;
  return BigInt(Math.round(estimate(ranks)));
}
