import { BlockWriter, createStamp, type Stamp } from "./block_writer.ts";
import { type RowForm, writeRows } from "./rows.ts";
import type { Selection } from "./selection.ts";

/** Formats of one row per line. */
export type LineFormat = "ndjson" | "csv" | "tsv";

interface LineForm extends RowForm {
  header: Stamp;
}

/**
 * In TSV keys stand as they are, nothing is escaped: no tokenizer makes a key with a line feed, so
 * the count is what follows the *last* TAB of a line, even where `lines` finds keys with TABs in
 * them. Only words of a JSON array may hold line feeds of their own.
 *
 * CSV is that of RFC 4180, with a header line and CRLF.
 */
const FORMS: Record<LineFormat, LineForm> = {
  ndjson: createForm("", '{"key":"', "json", '","count":', "}\n"),
  csv: createForm("key,count\r\n", "", "csv", ",", "\r\n"),
  tsv: createForm("", "", "raw", "\t", "\n"),
};

/**
 * A row per line, without what a JSON document says around them.
 *
 * @param goesOn Whether rows stand before these already, so that no header does.
 */
export function* lineBlocks(
  selection: Selection,
  format: LineFormat,
  goesOn = false,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const writer = new BlockWriter();
  const form = FORMS[format];
  if (!goesOn) writer.writeStamp(form.header);
  yield* writeRows(writer, selection, form);
  if (!writer.empty) yield writer.take();
}

function createForm(
  header: string,
  start: string,
  key: RowForm["key"],
  between: string,
  end: string,
): LineForm {
  const [head, first, middle, last] = [header, start, between, end].map(createStamp);
  return { header: head, first, next: first, key, between: middle, end: last };
}
