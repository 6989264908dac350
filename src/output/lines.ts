import { BlockWriter, createStamp, type Stamp } from "./block_writer.ts";
import type { RowForm } from "./row_form.ts";
import {
  columnNames,
  jsonKey,
  keyNames,
  numberName,
  PLAIN_ROWS,
  type RowStyle,
} from "./row_style.ts";
import { writeRows } from "./rows.ts";
import type { Selection } from "./selection.ts";

/** Formats of one row per line. */
export type LineFormat = "ndjson" | "csv" | "tsv";

interface LineForm extends RowForm {
  header: Stamp;
}

/**
 * In TSV keys stand as they are, nothing is escaped: no tokenizer makes a key with a line feed, so
 * the count, or the value, is what follows the *last* TAB of a line, even where `lines` finds keys with TABs in
 * them; or the last but as many as there are columns behind it. Only words of a JSON array may hold
 * line feeds of their own: those are refused.
 *
 * CSV is that of RFC 4180, with a header line and CRLF.
 */
function createLineForm(format: LineFormat, style: RowStyle): LineForm {
  const bom = style.bom ? "\ufeff" : "";
  const number = numberName(style);
  const columns = columnNames(style);
  switch (format) {
    case "ndjson": {
      const names = columns.map((column) => `,"${column}":`);
      const { before, within, behind } = jsonKey(style);
      const texts = ["", `{"key":${before}`, within, `${behind},"${number}":`, "}\n"] as const;
      return fillForm(style, "json", texts, names);
    }
    case "csv": {
      const header = `${bom}${[...keyNames(style), number, ...columns].join(",")}\r\n`;
      return fillForm(style, "csv", [header, "", ",", ",", "\r\n"], columns.map(() => ","));
    }
    case "tsv":
      return fillForm(style, "tsv", [bom, "", "\t", "\t", "\n"], columns.map(() => "\t"));
  }
}

function fillForm(
  style: RowStyle,
  key: RowForm["key"],
  texts: readonly [header: string, start: string, within: string, between: string, end: string],
  names: string[],
): LineForm {
  const [header, first, within, between, end] = texts.map(createStamp);
  return {
    header,
    first,
    next: first,
    key,
    within,
    between,
    end,
    names: names.map(createStamp),
    style,
    sums: false,
  };
}

const PLAIN_FORMS: Record<LineFormat, LineForm> = {
  ndjson: createLineForm("ndjson", PLAIN_ROWS),
  csv: createLineForm("csv", PLAIN_ROWS),
  tsv: createLineForm("tsv", PLAIN_ROWS),
};

/**
 * A row per line, without what a JSON document says around them.
 *
 * @throws {JobError} `not_acceptable` for a key with a line feed in TSV.
 * @param goesOn Whether rows stand before these already, so that no header does.
 */
export function* lineBlocks(
  selection: Selection,
  format: LineFormat,
  goesOn = false,
  style = PLAIN_ROWS,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const writer = new BlockWriter();
  const form = style === PLAIN_ROWS ? PLAIN_FORMS[format] : createLineForm(format, style);
  if (!goesOn) writer.writeStamp(form.header);
  yield* writeRows(writer, selection, form);
  if (!writer.empty) yield writer.take();
}
