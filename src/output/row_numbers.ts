import { Decimal, scaleOf } from "../contract/decimals.ts";
import type { ValueType } from "../contract/kernel_manifest.ts";
import type { Stats } from "../contract/stats.ts";
import type { RecordCursor } from "../reduce/segment.ts";
import type { BlockWriter } from "./block_writer.ts";
import { readStats, tellAggregate } from "./key_stats.ts";
import type { RowForm } from "./row_form.ts";
import { columnValue, moreColumns, type RowStyle } from "./row_style.ts";
import type { Selection } from "./selection.ts";

const POINT = 0x2e;

/** Writes what stands behind a key: its count or its value, and the columns. */
type NumbersWriter = (writer: BlockWriter, selection: Selection, form: RowForm) => void;

function writeCount(writer: BlockWriter, selection: Selection, form: RowForm): void {
  const { count } = selection.record;
  writer.writeInteger(count);
  if (form.sums) selection.shownCount += count;
  writeColumns(writer, selection, form);
}

/** How the numbers of rows of a style are written. */
export function numbersWriterOf({ value, stats }: RowStyle): NumbersWriter {
  if (stats) return (writer, selection, form) => writeStats(writer, selection, form, stats);
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

function writeStats(
  writer: BlockWriter,
  selection: Selection,
  form: RowForm,
  { aggs, round }: Stats,
): void {
  const stats = readStats(selection.record);
  for (let i = 0; i < aggs.length; i++) {
    if (i > 0) writer.writeStamp(form.names[i - 1]);
    writer.writeAscii(String(tellAggregate(stats, aggs[i], round)));
  }
  writeColumns(writer, selection, form, aggs.length - 1);
}

/** @param before How many names are those of other columns. */
function writeColumns(
  writer: BlockWriter,
  selection: Selection,
  { names, style }: RowForm,
  before = 0,
): void {
  const { columns, counted } = style;
  const more = moreColumns(style);
  for (let i = 0; i < columns.length; i++) {
    writer.writeStamp(names[before + i]);
    writer.writeAscii(
      String(columnValue(columns[i], selection.record.count, selection.rank, counted)),
    );
  }
  for (let i = 0; i < more.length; i++) {
    writer.writeStamp(names[before + columns.length + i]);
    writer.writeAscii(String(more[i].read(selection.record)));
  }
}
