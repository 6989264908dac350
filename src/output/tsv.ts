import type { JobResult } from "../engine/types.ts";
import { BlockWriter } from "./block_writer.ts";
import { type Cut, Selection } from "./selection.ts";

const TAB = 0x09;
const LF = 0x0a;

/**
 * A result as lines of key TAB count LF. Keys stand as they are, nothing is escaped: no tokenizer
 * makes a key with a line feed, so the count is what follows the *last* TAB of a line, even where
 * `lines` finds keys with TABs in them. Only words of a JSON array may hold line feeds of their own.
 */
export function* tsvBlocks(result: JobResult, cut: Cut): Generator<Uint8Array<ArrayBuffer>> {
  const writer = new BlockWriter();
  const selection = new Selection(result.segment, cut);
  const record = selection.record;
  while (selection.next()) {
    if (writer.full) yield writer.take();
    let at = record.keyStart;
    while ((at = writer.writeRaw(record.bytes, at, record.keyEnd)) < record.keyEnd) {
      yield writer.take();
    }
    writer.writeByte(TAB);
    writer.writeInteger(record.count);
    writer.writeByte(LF);
  }
  if (!writer.empty) yield writer.take();
}
