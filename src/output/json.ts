import type { JobResult } from "../engine/types.ts";
import { BlockWriter } from "./block_writer.ts";
import { type Cut, Selection } from "./selection.ts";

const encoder = new TextEncoder();
const FIRST_KEY = encoder.encode('{"key":"');
const NEXT_KEY = encoder.encode(',{"key":"');
const COUNT = encoder.encode('","count":');
const TRUNCATED = encoder.encode('],"truncated":');
const END = encoder.encode("}\n");
const CLOSE_OBJECT = 0x7d;

/**
 * A result as one JSON document, made on bytes: no string per key, so a key may be longer than
 * a JavaScript string.
 *
 * @param options The options to echo, as JSON.
 */
export function* jsonBlocks(
  result: JobResult,
  options: string,
  cut: Cut,
): Generator<Uint8Array<ArrayBuffer>> {
  const writer = new BlockWriter();
  const head = encoder.encode(formatHead(result, options));
  let at = 0;
  while ((at = writer.writeRaw(head, at, head.length)) < head.length) yield writer.take();

  const selection = new Selection(result.segment, cut);
  const record = selection.record;
  while (selection.next()) {
    if (writer.full) yield writer.take();
    writer.writeShort(selection.shown === 1 ? FIRST_KEY : NEXT_KEY);
    at = record.keyStart;
    while ((at = writer.writeJson(record.bytes, at, record.keyEnd)) < record.keyEnd) {
      yield writer.take();
    }
    writer.writeShort(COUNT);
    writer.writeInteger(record.count);
    writer.writeByte(CLOSE_OBJECT);
  }
  if (writer.full) yield writer.take();
  writer.writeShort(TRUNCATED);
  writer.writeInteger(Math.max(0, result.totals.keys - selection.shown));
  writer.writeShort(END);
  yield writer.take();
}

function formatHead(result: JobResult, options: string): string {
  const { totals, input, chunks, attempts, workers, ms } = result;
  return `{"totals":{"bytes":${totals.bytes},"tokens":${totals.tokens},"keys":${totals.keys}` +
    `,"replacements":${totals.replacements}},"input":{"charset":"${input.charset}"` +
    `,"bomSkipped":${input.bomSkipped}},"chunks":${chunks},"attempts":${attempts}` +
    `,"workers":${workers},"ms":{"read":${round(ms.read)},"map":${round(ms.map)}` +
    `,"reduce":${round(ms.reduce)},"total":${round(ms.total)}},"options":${options},"counts":[`;
}

/** Microseconds are as fine as clocks here are honest. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
