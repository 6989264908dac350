const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** The first row of a text of CSV. */
export interface HeaderRow {
  names: readonly string[];
  /** Bytes of the row, with its line end. */
  bytes: number;
}

/**
 * Reads the row that names the columns (RFC 4180).
 *
 * @param text Begins with the row, and holds all of it.
 * @returns Nothing where a quote is left open.
 */
export function readHeaderRow(text: Uint8Array, delimiter: string): HeaderRow | undefined {
  const between = delimiter.charCodeAt(0);
  const names: string[] = [];
  for (let at = 0;;) {
    const end = endOfColumn(text, at, between);
    if (end === undefined) return undefined;
    const endsRow = text[end] !== between;
    names.push(readName(text.subarray(at, endsRow && text[end - 1] === CR ? end - 1 : end)));
    if (endsRow) return { names, bytes: Math.min(end + 1, text.length) };
    at = end + 1;
  }
}

/** Where the delimiter or the line feed behind a column stands, or the end of the text. */
function endOfColumn(text: Uint8Array, start: number, between: number): number | undefined {
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE) quoted = !quoted;
    else if (!quoted && (byte === between || byte === LF)) return at;
  }
  return quoted ? undefined : text.length;
}

function readName(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}
