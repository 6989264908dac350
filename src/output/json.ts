import type { ResultReport } from "../contract/documents.ts";
import type { JobResult } from "../engine/job_contract.ts";
import { BlockWriter, createStamp } from "./block_writer.ts";
import type { RowForm } from "./row_form.ts";
import {
  columnNames,
  jsonKey,
  numberName,
  PLAIN_ROWS,
  type RowStyle,
  showsCounts,
} from "./row_style.ts";
import { writeRows } from "./rows.ts";
import type { Selection } from "./selection.ts";

const encoder = new TextEncoder();

function createRowForm(style: RowStyle): RowForm {
  const { before, within, behind } = jsonKey(style);
  return {
    first: createStamp(`{"key":${before}`),
    next: createStamp(`,{"key":${before}`),
    key: "json",
    within: createStamp(within),
    between: createStamp(`${behind},"${numberName(style)}":`),
    end: createStamp("}"),
    names: columnNames(style).map((column) => createStamp(`,"${column}":`)),
    style,
    sums: showsCounts(style),
  };
}

const PLAIN_FORM = createRowForm(PLAIN_ROWS);
const TRUNCATED = createStamp('],"truncated":');
const OTHER_KEYS = createStamp(',"otherKeys":');
const OTHER_COUNT = createStamp(',"otherCount":');
const NEXT = createStamp(',"next":');
const END = createStamp("}\n");

/** The members of a document beside the counts. */
export interface DocumentParts {
  /** The options to echo, as JSON. */
  options: string;
  /** Where the next page is. */
  next?: string;
  /** The document up to its first row, where it is not about one job. @default {a ResultDocument's} */
  head?: string;
  /** How rows are written. @default {PLAIN_ROWS} */
  style?: RowStyle;
  /** What the rows are of. @default {the whole result} */
  of?: RowsSums;
}

/** A list that rows are of: its keys and, of counts, their sum. */
export interface RowsSums {
  keys: number;
  counted?: number;
}

/** The counts of a segment up to this size fit into one block, even if all bytes are escaped. */
const SMALL_SEGMENT_BYTES = 8 * 1024;
/** Room for the members around the counts. */
const SMALL_PARTS_CHARS = 2 * 1024;

/**
 * A small result as a document of one piece, or undefined: a string costs less to answer with than
 * a buffer of its own.
 */
export function jsonText(
  result: JobResult,
  selection: Selection,
  parts: DocumentParts,
): string | undefined {
  const { options, next = "", style = PLAIN_ROWS } = parts;
  if (style !== PLAIN_ROWS) return undefined;
  if (result.segment.byteLength > SMALL_SEGMENT_BYTES) return undefined;
  if (options.length + next.length > SMALL_PARTS_CHARS) return undefined;
  const writer = new BlockWriter();
  writeCounts(writer, result, selection, parts).next(); // which has nothing to yield
  return (parts.head ?? formatHead(result, options)) + writer.takeText();
}

/**
 * A result as one JSON document on one line, a ResultDocument, made on bytes: no string per key, so a key may be
 * longer than a JavaScript string.
 */
export function* jsonBlocks(
  result: JobResult,
  selection: Selection,
  parts: DocumentParts,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const writer = new BlockWriter();
  yield* writeDocument(writer, result, selection, parts);
  yield writer.take();
}

/** The totals of a result as one JSON document on one line, a TotalsDocument. */
export function* totalsBlocks(
  { totals, values, records, approx }: ResultReport,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const { counted, ...rest } = totals;
  const document = values
    ? { totals: rest, values, records }
    : { totals: { ...rest, counted }, approx, records };
  yield encoder.encode(JSON.stringify(document) + "\n");
}

/** Yields each full block; the rest stays in the writer. */
function* writeDocument(
  writer: BlockWriter,
  result: JobResult,
  selection: Selection,
  parts: DocumentParts,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const head = encoder.encode(parts.head ?? formatHead(result, parts.options));
  let at = 0;
  while ((at = writer.writeRaw(head, at, head.length)) < head.length) yield writer.take();
  yield* writeCounts(writer, result, selection, parts);
}

/** The same, from the first row on. */
function* writeCounts(
  writer: BlockWriter,
  result: JobResult,
  selection: Selection,
  { next, head, style = PLAIN_ROWS, of = sumsOf(result) }: DocumentParts,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const form = style === PLAIN_ROWS ? PLAIN_FORM : createRowForm(style);
  yield* writeRows(writer, selection, form);
  if (writer.full) yield writer.take();
  if (head === undefined) writeRest(writer, of, selection);
  else writeOthers(writer, of, selection);
  if (next !== undefined) {
    writer.writeStamp(NEXT);
    const link = encoder.encode(JSON.stringify(next));
    let at = 0;
    while ((at = writer.writeRaw(link, at, link.length)) < link.length) yield writer.take();
  }
  writer.writeStamp(END);
}

/** What of their list the rows do not show. */
function writeRest(
  writer: BlockWriter,
  of: RowsSums,
  { shown, shownCount }: Selection,
): void {
  const keys = Math.max(0, of.keys - shown);
  writer.writeStamp(TRUNCATED);
  writer.writeInteger(keys);
  writer.writeStamp(OTHER_KEYS);
  writer.writeInteger(keys);
  if (of.counted === undefined) return;
  writer.writeStamp(OTHER_COUNT);
  writer.writeInteger(Math.max(0, of.counted - shownCount));
}

const OTHERS = createStamp('],"otherKeys":');

/** The same where counts have no one sum. */
function writeOthers(writer: BlockWriter, of: RowsSums, { shown }: Selection): void {
  writer.writeStamp(OTHERS);
  writer.writeInteger(Math.max(0, of.keys - shown));
}

/** Values have no sum, for a sum of values is no count. */
function sumsOf({ totals: { keys, counted }, values }: ResultReport): RowsSums {
  return values === undefined ? { keys, counted } : { keys };
}

/** A ResultDocument up to its counts. */
function formatHead(result: ResultReport, options: string): string {
  const { totals, input, chunks, attempts, accounting, workers, ms } = result;
  const { spilled, values, keyParts, records, partition, kernelUse, approx } = result;
  const sum = sumsOf(result).counted;
  const counted = sum === undefined ? "" : `,"counted":${sum}`;
  const disk = spilled ? `,"spilled":${JSON.stringify(spilled)}` : "";
  const error = approx ? `,"approx":${JSON.stringify(approx)}` : "";
  const kind = values ? `,"values":${JSON.stringify(values)}` : "";
  const ofKeys = keyParts ? `,"keyParts":${keyParts}` : "";
  const told = records ? `,"records":${JSON.stringify(records)}` : "";
  const parts = partition ? `,"partition":${JSON.stringify(partition)}` : "";
  const use = kernelUse ? `,"kernelUse":${JSON.stringify(kernelUse)}` : "";
  return `{"totals":{"bytes":${totals.bytes},"tokens":${totals.tokens},"keys":${totals.keys}${counted}` +
    `,"replacements":${totals.replacements}},"input":{"charset":"${input.charset}"` +
    `,"bomSkipped":${input.bomSkipped}},"chunks":${chunks},"attempts":${attempts}` +
    `,"accounting":${JSON.stringify(accounting)}` +
    `,"workers":${workers},"ms":{"read":${round(ms.read)},"map":${round(ms.map)}` +
    `,"reduce":${round(ms.reduce)},"total":${
      round(ms.total)
    }}${disk}${error}${kind}${ofKeys}${told}${parts}${use},"options":${options},"counts":[`;
}

/** Microseconds are as fine as clocks here are honest. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
