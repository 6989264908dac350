import type { ExactRow } from "./requests.ts";
import { readMessages, type Table } from "./arrow_messages.ts";

// Not by the Arrow package, which is nine times as large as the whole client, and slower. The columns
// are those that a server writes: https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format

const SCHEMA = 1;
const RECORD_BATCH = 3;

/** Members of the union of types. */
const TYPES = { 2: "integer", 3: "double", 5: "text", 7: "decimal" } as const;

interface Column {
  name: string;
  type: typeof TYPES[keyof typeof TYPES];
  isSigned: boolean;
  /** Fraction digits of a decimal. */
  scale: number;
}

type Value = string | number | bigint;

/** The value of a column in a row. */
type Values = (row: number) => Value;

/**
 * The rows of an Arrow stream, batch by batch: no more is held than one.
 *
 * @param isExact Whether integers are bigints, and decimals texts of all their digits.
 * @throws {TypeError} If the stream breaks off, or has columns of other types than a server writes.
 * @throws The signal's reason when it is aborted.
 */
export async function* readArrow(
  body: ReadableStream<Uint8Array>,
  isExact: boolean,
  signal?: AbortSignal,
): AsyncGenerator<ExactRow, void, void> {
  let columns: Column[] = [];
  for await (const { kind, header, body: bytes } of readMessages(body, signal)) {
    if (kind === SCHEMA) columns = header.tables(1).map(readColumn);
    if (kind !== RECORD_BATCH) continue;
    const rows = header.long(0);
    const values = openColumns(columns, header, bytes, isExact);
    const parts = columns.filter(({ type }) => type === "text").length;
    for (let row = 0; row < rows; row++) {
      const made: Record<string, Value | Value[]> = {};
      if (parts > 1) made.key = values.slice(0, parts).map((valueOf) => valueOf(row));
      for (let i = parts > 1 ? parts : 0; i < columns.length; i++) {
        made[columns[i].name] = values[i](row);
      }
      yield made as unknown as ExactRow;
    }
  }
}

function readColumn(field: Table): Column {
  const name = field.text(0);
  const type = TYPES[field.byte(2) as keyof typeof TYPES];
  const terms = field.table(3);
  if (type === undefined) throw new TypeError(`Cannot read rows: '${name}' has an unknown type`);
  const isWide = type === "integer" && terms.int(0) !== 64;
  if (isWide) throw new TypeError(`Cannot read rows: '${name}' has no integers of 64 bits`);
  return {
    name,
    type,
    isSigned: terms.byte(1) === 1,
    scale: type === "decimal" ? terms.int(1) : 0,
  };
}

/** The columns of a batch, each over its buffers: validity, which none uses, offsets of texts, data. */
function openColumns(
  columns: readonly Column[],
  batch: Table,
  body: Uint8Array<ArrayBuffer>,
  isExact: boolean,
): Values[] {
  const buffers = batch.structs(2, 16);
  let next = 0;
  const take = () => {
    const { view, at } = buffers[next++];
    const start = body.byteOffset + Number(view.getBigInt64(at, true));
    return { start, bytes: Number(view.getBigInt64(at + 8, true)) };
  };
  return columns.map((column) => {
    take();
    if (column.type === "text") return openTexts(body.buffer, take(), take());
    const { start, bytes } = take();
    if (column.type === "double") return openDoubles(body.buffer, start, bytes);
    if (column.type === "decimal") return openDecimals(body.buffer, start, bytes, column, isExact);
    return openIntegers(body.buffer, start, bytes, column, isExact);
  });
}

interface Range {
  start: number;
  bytes: number;
}

/** Decodes all at once; where all is ASCII, which the length tells, parts of that are the texts. */
function openTexts(buffer: ArrayBuffer, offsets: Range, data: Range): Values {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const ends = new Int32Array(buffer, offsets.start, offsets.bytes / 4);
  const bytes = new Uint8Array(buffer, data.start, data.bytes);
  const all = decoder.decode(bytes);
  if (all.length === bytes.length) return (row) => all.slice(ends[row], ends[row + 1]);
  return (row) => decoder.decode(bytes.subarray(ends[row], ends[row + 1]));
}

function openDoubles(buffer: ArrayBuffer, start: number, bytes: number): Values {
  const values = new Float64Array(buffer, start, bytes / 8);
  return (row) => values[row];
}

function openIntegers(
  buffer: ArrayBuffer,
  start: number,
  bytes: number,
  { isSigned }: Column,
  isExact: boolean,
): Values {
  if (isExact) {
    const values = new (isSigned ? BigInt64Array : BigUint64Array)(buffer, start, bytes / 8);
    return (row) => values[row];
  }
  const low = new Uint32Array(buffer, start, bytes / 4);
  const high = isSigned ? new Int32Array(buffer, start, bytes / 4) : low;
  return (row) => high[2 * row + 1] * 2 ** 32 + low[2 * row];
}

function openDecimals(
  buffer: ArrayBuffer,
  start: number,
  bytes: number,
  { scale }: Column,
  isExact: boolean,
): Values {
  const low = new BigUint64Array(buffer, start, bytes / 8);
  const high = new BigInt64Array(buffer, start, bytes / 8);
  return (row) => {
    const text = formatDecimal((high[2 * row + 1] << 64n) | low[2 * row], scale);
    return isExact ? text : Number(text);
  };
}

/** @param units Of the last fraction digit. */
function formatDecimal(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const sign = units < 0n ? "-" : "";
  return sign + whole + (scale > 0 ? `.${digits.slice(digits.length - scale)}` : "");
}
