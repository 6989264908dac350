import { splitKeyParts } from "../contract/compound_keys.ts";
import { JobError } from "../contract/problems.ts";
import type { BlockWriter } from "./block_writer.ts";
import { REST } from "./rest.ts";
import type { RowForm } from "./row_form.ts";
import { numbersWriterOf } from "./row_numbers.ts";
import { RowRuns } from "./row_runs.ts";
import { PLAIN_ROWS } from "./row_style.ts";
import type { Selection } from "./selection.ts";

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const TAB = 0x09;

/**
 * Writes rows and yields each full block; the rest stays in the writer.
 *
 * @throws {JobError} `not_acceptable` where a key cannot be written in this form.
 */
export function* writeRows(
  writer: BlockWriter,
  selection: Selection,
  form: RowForm,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const record = selection.record;
  const { safe, keyParts = 1 } = form.style;
  const isPlain = form.style === PLAIN_ROWS && !form.sums; // a look at one of them is paid per row
  const writeNumbers = numbersWriterOf(form.style);
  const runs = RowRuns.of(form);
  let before = form.first;
  while (true) {
    if (runs && before === form.next) {
      if (writer.full) yield writer.take();
      while (runs.write(writer, selection)) yield writer.take();
    }
    if (!selection.next()) {
      if (!selection.resting) return;
      yield writer.empty ? REST : writer.take();
      continue;
    }
    if (writer.full) yield writer.take();
    writer.writeStamp(before);
    before = form.next;
    let { bytes, keyStart: at, keyEnd: end } = record;
    const parts = keyParts === 1 ? undefined : splitKeyParts(bytes.subarray(at, end));
    for (let i = 0; i < keyParts; i++) {
      if (parts) {
        bytes = parts[i];
        at = 0;
        end = bytes.length;
        if (form.key === "tsv" && bytes.includes(TAB)) throw unwritableKey("TAB", "tsv", bytes);
        if (i > 0) writer.writeStamp(form.within);
      }
      const quoted = form.key === "csv" &&
        (needsQuotes(bytes, at, end) || (safe && holdsSeparator(bytes, at, end)));
      if (quoted) writer.writeByte(QUOTE);
      if (safe && isFormula(bytes, at, end)) writer.writeByte(APOSTROPHE);
      while (true) {
        if (form.key === "json") at = writer.writeJson(bytes, at, end);
        else if (quoted) at = writer.writeCsv(bytes, at, end);
        else if (form.key === "csv") at = writer.writeRaw(bytes, at, end);
        else at = writer.writeLine(bytes, at, end);
        if (at < 0) {
          const key = bytes.subarray(parts ? 0 : record.keyStart, end);
          throw unwritableKey("line feed", "tsv", key);
        }
        if (at >= end) break;
        yield writer.take();
      }
      if (quoted) writer.writeByte(QUOTE);
    }
    writer.writeStamp(form.between);
    if (isPlain) writer.writeInteger(record.count);
    else writeNumbers(writer, selection, form);
    writer.writeStamp(form.end);
  }
}

/** A key of two lines would be two rows, and one with a TAB two parts: no reader could tell. */
export function unwritableKey(what: string, format: "tsv" | "uniq", bytes: Uint8Array): JobError {
  const form = format === "tsv"
    ? "TSV, which escapes nothing"
    : "uniq -c does, which escapes nothing";
  const key = new TextDecoder().decode(bytes.subarray(0, 80));
  const allowed = ["json", "ndjson", "csv", "arrow"];
  return new JobError(
    "not_acceptable",
    `Cannot write a key with a ${what} as ${form}: ${JSON.stringify(key)}`,
    { details: { parameter: "format", value: format, key, allowed } },
  );
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

/** Whether a cell might begin within a field, for spreadsheets that take another separator. */
function holdsSeparator(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    if (bytes[i] === 0x3b || bytes[i] === 0x09) return true;
  }
  return false;
}

/**
 * Whether a spreadsheet may take a field for a formula (CWE-1236, OWASP's CSV Injection): it begins
 * with `=`, `+`, `-` or `@`, or their full-width forms, or with a TAB, CR or LF, which some drop.
 */
function isFormula(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to) return false;
  const byte = bytes[from];
  if (byte === 0x3d || byte === 0x2b || byte === 0x2d || byte === 0x40) return true;
  if (byte === 0x09 || byte === 0x0a || byte === 0x0d) return true;
  if (byte !== 0xef || to - from < 3) return false;
  const last = bytes[from + 2];
  if (bytes[from + 1] === 0xbc) {
    return last === 0x9d || last === 0x8b || last === 0x8d || last === 0xa0; // U+FF1D, FF0B, FF0D, FF20
  }
  return false;
}
