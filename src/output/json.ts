import type { JobResult } from "../engine/types.ts";
import { BlockWriter, createStamp } from "./block_writer.ts";
import { type RowForm, writeRows } from "./rows.ts";
import type { Selection } from "./selection.ts";

const encoder = new TextEncoder();
const ROWS: RowForm = {
  first: createStamp('{"key":"'),
  next: createStamp(',{"key":"'),
  key: "json",
  between: createStamp('","count":'),
  end: createStamp("}"),
};
const TRUNCATED = createStamp('],"truncated":');
const NEXT = createStamp(',"next":');
const END = createStamp("}\n");

/** What a document says beside the counts. */
export interface DocumentParts {
  /** The options to echo, as JSON. */
  options: string;
  /** Where the next page is. */
  next?: string;
}

/**
 * A result as one JSON document on one line, made on bytes: no string per key, so a key may be
 * longer than a JavaScript string.
 */
export function* jsonBlocks(
  result: JobResult,
  selection: Selection,
  { options, next }: DocumentParts,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const writer = new BlockWriter();
  const head = encoder.encode(formatHead(result, options));
  let at = 0;
  while ((at = writer.writeRaw(head, at, head.length)) < head.length) yield writer.take();
  yield* writeRows(writer, selection, ROWS);
  if (writer.full) yield writer.take();
  writer.writeStamp(TRUNCATED);
  writer.writeInteger(Math.max(0, result.totals.keys - selection.shown));
  if (next !== undefined) {
    writer.writeStamp(NEXT);
    const link = encoder.encode(JSON.stringify(next));
    at = 0;
    while ((at = writer.writeRaw(link, at, link.length)) < link.length) yield writer.take();
  }
  writer.writeStamp(END);
  yield writer.take();
}

function formatHead(result: JobResult, options: string): string {
  const { totals, input, chunks, attempts, accounting, workers, ms, spilled } = result;
  const disk = spilled ? `,"spilled":${JSON.stringify(spilled)}` : "";
  return `{"totals":{"bytes":${totals.bytes},"tokens":${totals.tokens},"keys":${totals.keys}` +
    `,"replacements":${totals.replacements}},"input":{"charset":"${input.charset}"` +
    `,"bomSkipped":${input.bomSkipped}},"chunks":${chunks},"attempts":${attempts}` +
    `,"accounting":${JSON.stringify(accounting)}` +
    `,"workers":${workers},"ms":{"read":${round(ms.read)},"map":${round(ms.map)}` +
    `,"reduce":${round(ms.reduce)},"total":${
      round(ms.total)
    }}${disk},"options":${options},"counts":[`;
}

/** Microseconds are as fine as clocks here are honest. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
