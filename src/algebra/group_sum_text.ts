import { RecordText } from "../engine/stages/record_text.ts";
import { ValuePacker } from "../engine/stages/value_packer.ts";
import type { Chunk } from "../input/splitter.ts";
import { compareBytes } from "../reduce/compare_bytes.ts";
import type { RecordCursor, Segment } from "../reduce/segment.ts";
import { oddPair } from "./not_scorable.ts";

export const BLANK = 0x20;

/** A record of a group, its first word, and what all of the group have together. */
export interface Grouped {
  record: RecordCursor;
  /** Where the first word ends in the record's bytes: there is a blank. */
  wordEnd: number;
  /** Sum of the counts of all records that begin with the same word. */
  sum: number;
}

/** Makes a record of one of a group; a chunk is what the packer has given. */
export type PackGrouped = (packer: ValuePacker, grouped: Grouped) => Chunk | undefined;

/**
 * The records of a segment that stands by key, each made anew with the sum of its group: those that
 * begin with the same word stand together, since no word has a blank. They are walked twice, so that
 * a group takes no memory, however large it is.
 */
export class GroupSumText extends RecordText {
  readonly isKeys = false;
  readonly #segment: Segment;
  readonly #pack: PackGrouped;

  constructor(segment: Segment, pack: PackGrouped) {
    super();
    this.#segment = segment;
    this.#pack = pack;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new ValuePacker(chunkBytes);
    const [ahead, record] = [this.#segment.records(), this.#segment.records()];
    let has = ahead.next();
    while (has) {
      const word = ahead.bytes.slice(ahead.keyStart, wordEndOf(ahead) + 1); // and the blank
      let [sum, records] = [0, 0];
      do {
        const rest = this.rest(ahead);
        if (rest) await rest;
        sum += ahead.count;
        records++;
        has = ahead.next();
      } while (has && beginsWith(ahead, word));
      for (; records > 0; records--) {
        record.next();
        const rest = this.rest(record);
        if (rest) await rest;
        const wordEnd = record.keyStart + word.length - 1;
        const chunk = this.#pack(packer, { record, wordEnd, sum });
        if (chunk) yield chunk;
      }
    }
    yield* packer.end();
  }
}

/** Where the first word of a key ends. @throws {JobError} `not_scorable` for a key without a blank. */
function wordEndOf({ bytes, keyStart, keyEnd }: RecordCursor): number {
  const end = bytes.indexOf(BLANK, keyStart);
  if (end < 0 || end >= keyEnd) throw oddPair();
  return end;
}

function beginsWith({ bytes, keyStart, keyEnd }: RecordCursor, word: Uint8Array): boolean {
  const end = keyStart + word.length;
  return end <= keyEnd && compareBytes(bytes, keyStart, end, word, 0, word.length) === 0;
}
