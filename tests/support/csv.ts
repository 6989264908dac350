import type { Random } from "./random.ts";

// CSV as RFC 4180 has it, read character by character: a state machine that shares no idea with the
// kernels' search for quotes.

/** The rows of a text, each with its text, without its end, and its fields. */
export function parseCsv(text: string, delimiter = ","): { row: string; fields: string[] }[] {
  const rows: { row: string; fields: string[] }[] = [];
  let fields: string[] = [];
  let field = "";
  let row = "";
  let state: "start" | "plain" | "quoted" | "quoteInQuoted" = "start";
  const endRow = () => {
    if (row.endsWith("\r") && state !== "quoted") {
      row = row.slice(0, -1);
      if (state !== "quoteInQuoted") field = field.slice(0, -1);
    }
    rows.push({ row, fields: [...fields, field] });
    [fields, field, row, state] = [[], "", "", "start"];
  };
  for (const character of text) {
    if (character === "\n" && state !== "quoted") {
      endRow();
      continue;
    }
    row += character;
    if (state === "quoted") {
      if (character === '"') state = "quoteInQuoted";
      else field += character;
    } else if (character === delimiter) {
      fields.push(field);
      [field, state] = ["", "start"];
    } else if (character === '"' && state === "start") {
      state = "quoted";
    } else if (character === '"' && state === "quoteInQuoted") {
      field += '"';
      state = "quoted";
    } else if (state === "start" || state === "plain") {
      field += character;
      state = "plain";
    }
  }
  if (row !== "") rows.push({ row, fields: [...fields, field] }); // a CR that ends a text is kept
  return rows;
}

/** A text of random rows by RFC 4180, whose fields are quoted where they must be, or at will. */
export function writeRandomCsv(random: Random, delimiter = ","): string {
  const pieces = [
    "a",
    "7",
    '"',
    "\n",
    "\r\n",
    delimiter,
    "",
    " ",
    "é",
    "\u{1f600}",
    "-".repeat(17),
  ];
  const writeField = () => {
    const field = Array.from({ length: random.below(6) }, () => random.pick(pieces)).join("");
    const mustQuote = /["\r\n]/.test(field) || field.includes(delimiter);
    return mustQuote || random.oneIn(3) ? `"${field.replaceAll('"', '""')}"` : field;
  };
  const end = random.pick(["\n", "\r\n"]);
  const rows = Array.from(
    { length: random.below(20) },
    () => Array.from({ length: random.between(1, 5) }, writeField).join(delimiter),
  );
  return rows.join(end) + (random.oneIn(2) ? end : "");
}
