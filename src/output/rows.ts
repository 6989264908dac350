import type { BlockWriter, Stamp } from "./block_writer.ts";
import { REST } from "./body.ts";
import type { Selection } from "./selection.ts";

/** What stands around keys and counts in one format. */
export interface RowForm {
  /** Before the first row's key, and before every other's. */
  first: Stamp;
  next: Stamp;
  /** How keys are written; `csv` puts those into quotes that need them. */
  key: "raw" | "json" | "csv";
  between: Stamp;
  end: Stamp;
}

const QUOTE = 0x22;

/** Writes rows, yielding each block that is full; what is left stays in the writer. */
export function* writeRows(
  writer: BlockWriter,
  selection: Selection,
  form: RowForm,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const record = selection.record;
  let before = form.first;
  while (true) {
    if (!selection.next()) {
      if (!selection.resting) return;
      yield writer.empty ? REST : writer.take();
      continue;
    }
    if (writer.full) yield writer.take();
    writer.writeStamp(before);
    before = form.next;
    const quoted = form.key === "csv" && needsQuotes(record.bytes, record.keyStart, record.keyEnd);
    if (quoted) writer.writeByte(QUOTE);
    let at = record.keyStart;
    while (true) {
      if (form.key === "json") at = writer.writeJson(record.bytes, at, record.keyEnd);
      else if (quoted) at = writer.writeCsv(record.bytes, at, record.keyEnd);
      else at = writer.writeRaw(record.bytes, at, record.keyEnd);
      if (at >= record.keyEnd) break;
      yield writer.take();
    }
    if (quoted) writer.writeByte(QUOTE);
    writer.writeStamp(form.between);
    writer.writeInteger(record.count);
    writer.writeStamp(form.end);
  }
}

/** RFC 4180: fields with commas, quotes or line breaks; and spaces at an end, which some drop. */
function needsQuotes(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to || bytes[from] === 0x20 || bytes[to - 1] === 0x20) return true;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === 0x2c || byte === QUOTE || byte === 0x0a || byte === 0x0d) return true;
  }
  return false;
}
