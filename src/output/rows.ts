import { Decimal, scaleOf } from "../contract/decimals.ts";
import type { ValueType } from "../contract/kernel_manifest.ts";
import { JobError } from "../contract/problems.ts";
import type { RecordCursor } from "../reduce/segment.ts";
import type { BlockWriter, Stamp } from "./block_writer.ts";
import { REST } from "./rest.ts";
import { columnValue, moreColumns, PLAIN_ROWS, type RowStyle } from "./row_style.ts";
import type { Selection } from "./selection.ts";

/** The texts around keys and counts, or values, in one format. */
export interface RowForm {
  /** Before the first row's key, and before every other's. */
  first: Stamp;
  next: Stamp;
  /**
   * How keys are written: `csv` puts those into quotes that need them, `tsv` takes no line feed.
   */
  key: "json" | "csv" | "tsv";
  between: Stamp;
  end: Stamp;
  /** The text before each of the style's columns. */
  names: readonly Stamp[];
  style: RowStyle;
  /** Whether the counts are summed up; values never are. */
  sums: boolean;
}

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const POINT = 0x2e;

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
  const { safe } = form.style;
  const isPlain = form.style === PLAIN_ROWS && !form.sums; // a look at one of them is paid per row
  const writeNumbers = numbersWriterOf(form.style.value);
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
    const quoted = form.key === "csv" &&
      (needsQuotes(record.bytes, record.keyStart, record.keyEnd) ||
        (safe && holdsSeparator(record.bytes, record.keyStart, record.keyEnd)));
    if (quoted) writer.writeByte(QUOTE);
    if (safe && isFormula(record.bytes, record.keyStart, record.keyEnd)) {
      writer.writeByte(APOSTROPHE);
    }
    let at = record.keyStart;
    while (true) {
      if (form.key === "json") at = writer.writeJson(record.bytes, at, record.keyEnd);
      else if (quoted) at = writer.writeCsv(record.bytes, at, record.keyEnd);
      else if (form.key === "csv") at = writer.writeRaw(record.bytes, at, record.keyEnd);
      else at = writer.writeLine(record.bytes, at, record.keyEnd);
      if (at < 0) throw lineFeedInKey(record);
      if (at >= record.keyEnd) break;
      yield writer.take();
    }
    if (quoted) writer.writeByte(QUOTE);
    writer.writeStamp(form.between);
    if (isPlain) writer.writeInteger(record.count);
    else writeNumbers(writer, selection, form);
    writer.writeStamp(form.end);
  }
}

/** A key of two lines would be two rows, and no reader could tell. */
function lineFeedInKey({ bytes, keyStart, keyEnd }: RecordCursor): JobError {
  const key = new TextDecoder().decode(bytes.subarray(keyStart, Math.min(keyEnd, keyStart + 80)));
  const allowed = ["json", "ndjson", "csv", "arrow"];
  return new JobError(
    "not_acceptable",
    `Cannot write a key with a line feed as TSV, which escapes nothing: ${JSON.stringify(key)}`,
    { details: { parameter: "format", value: "tsv", key, allowed } },
  );
}

/** Writes what stands behind a key: its count or its value, and the columns. */
type NumbersWriter = (writer: BlockWriter, selection: Selection, form: RowForm) => void;

function writeCount(writer: BlockWriter, selection: Selection, form: RowForm): void {
  const { count } = selection.record;
  writer.writeInteger(count);
  if (form.sums) selection.shownCount += count;
  writeColumns(writer, selection, form);
}

function numbersWriterOf(value: ValueType | undefined): NumbersWriter {
  if (value === undefined) return writeCount;
  const write = valueWriterOf(value);
  return (writer, selection, form) => {
    write(writer, selection.record);
    writeColumns(writer, selection, form);
  };
}

type ValueWriter = (writer: BlockWriter, record: RecordCursor) => void;

function valueWriterOf(value: ValueType): ValueWriter {
  const scale = scaleOf(value);
  if (scale) return (writer, record) => writeDecimal(writer, record, scale);
  return value === "f64" ? writeDouble : writeWhole;
}

/** All digits of it. */
function writeWhole(writer: BlockWriter, record: RecordCursor): void {
  // The count is the same word without a sign: where it is exact, it is the value as well.
  if (record.count <= Number.MAX_SAFE_INTEGER) writer.writeInteger(record.count);
  else writer.writeAscii(String(record.integer));
}

/** As few digits as it takes to read the same number back; kernels emit finite ones alone. */
function writeDouble(writer: BlockWriter, { double }: RecordCursor): void {
  writer.writeAscii(String(double));
}

/** All digits of it, of which `scale` follow the point. */
function writeDecimal(writer: BlockWriter, record: RecordCursor, scale: number): void {
  const { count } = record;
  if (count > Number.MAX_SAFE_INTEGER) {
    writer.writeAscii(String(new Decimal(record.integer, scale)));
    return;
  }
  const unit = 10 ** scale; // exact, and so is the quotient below
  const fraction = count % unit;
  writer.writeInteger((count - fraction) / unit);
  writer.writeByte(POINT);
  writer.writeAscii(String(fraction).padStart(scale, "0"));
}

function writeColumns(writer: BlockWriter, selection: Selection, { names, style }: RowForm): void {
  const { columns, counted } = style;
  const more = moreColumns(style);
  for (let i = 0; i < columns.length; i++) {
    writer.writeStamp(names[i]);
    writer.writeAscii(
      String(columnValue(columns[i], selection.record.count, selection.rank, counted)),
    );
  }
  for (let i = 0; i < more.length; i++) {
    writer.writeStamp(names[columns.length + i]);
    writer.writeAscii(String(more[i].read(selection.record)));
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
