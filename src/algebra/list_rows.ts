import { joinKeyParts } from "../contract/compound_keys.ts";
import { JobError } from "../contract/problems.ts";
import { shorten } from "../contract/parameters.ts";

/** How a list of keys and counts is written: as answers are. */
export type ListFormat = "tsv" | "csv" | "ndjson";

/** How a list is written; `lemmas` is lines of `form TAB lemma`. */
export type RowFormat = ListFormat | "lemmas";

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BLANK = 0x20;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** A row: where in some bytes its key stands, and how often it counts. */
export type TakeRow = (bytes: Uint8Array, keyStart: number, keyEnd: number, count: number) => void;

/** Names of the columns of a CSV; some programs put all texts into quotes. */
const HEADER = /^(?:key|"key"),(?:count|"count")$/;

/** Whether a line of CSV, without its end, names the columns of a list. */
export function isCsvHeader(line: string): boolean {
  return HEADER.test(line);
}

/** So many digits are an exact number, whatever they are. */
const EXACT_DIGITS = 15;

/** Reads the rows of a list, block by block. */
export class ListRows {
  /** Number of the line in hand, from 1. */
  #line = 0;
  readonly #format: RowFormat;
  readonly #take: TakeRow;
  #isFirst = true;

  constructor(format: RowFormat, take: TakeRow) {
    this.#format = format;
    this.#take = take;
  }

  /**
   * Reads a block of whole records.
   *
   * @throws {JobError} `invalid_list` or `invalid_utf8`, with the line.
   */
  read(block: Uint8Array): void {
    const isOdd = !isUtf8(block);
    const isPlain = this.#format === "tsv" && !isOdd;
    for (let at = isPlain ? this.#readPlain(block, 0) : 0; at < block.length;) {
      this.#line++;
      const start = at;
      at = this.#format === "csv" ? endOfQuoted(block, start) : endOfLine(block, start);
      const record = trimmed(block.subarray(start, at));
      if (isOdd && !isUtf8(record)) throw this.#noText();
      if (record.length > 0) this.#readRecord(record);
      if (this.#format === "csv") this.#line += feedsIn(record);
      if (isPlain) at = this.#readPlain(block, at);
    }
  }

  /**
   * Takes rows of TSV as most are, by one look at each byte: a key, a TAB, some digits and a line feed.
   *
   * @returns Where the first row begins that is another, which `read` takes or refuses.
   */
  #readPlain(block: Uint8Array, from: number): number {
    let start = from;
    let tab = -1;
    let count = 0;
    for (let at = from; at < block.length; at++) {
      const byte = block[at];
      if (byte === TAB) {
        tab = at;
        count = 0;
      } else if (byte === LF) {
        if (tab < 0 || count === 0 || at - tab - 1 > EXACT_DIGITS) return start;
        this.#line++;
        this.#take(block, start, tab, count);
        start = at + 1;
        tab = -1;
      } else if (tab >= 0) {
        if (byte < 0x30 || byte > 0x39) return start; // or the TAB is one of the key's
        count = count * 10 + (byte - 0x30);
      }
    }
    return start;
  }

  #readRecord(record: Uint8Array): void {
    if (this.#format === "tsv") return this.#readTsv(record);
    if (this.#format === "lemmas") return this.#readLemma(record);
    if (this.#format === "ndjson") {
      return isBlank(record) ? undefined : this.#readJson(decoder.decode(record));
    }
    const isHeader = this.#isFirst && isCsvHeader(decoder.decode(record));
    this.#isFirst = false;
    if (!isHeader) this.#readCsv(record);
  }

  #readTsv(record: Uint8Array): void {
    const tab = record.lastIndexOf(TAB);
    if (tab < 0) throw this.#refuse("has no TAB", record, "key TAB count");
    this.#take(record, 0, tab, this.#countIn(record, tab + 1));
  }

  #readLemma(record: Uint8Array): void {
    const allowed = "form TAB lemma";
    const tab = record.indexOf(TAB);
    if (tab < 0) throw this.#refuse("has no TAB", record, allowed);
    const parts = [record.subarray(0, tab), record.subarray(tab + 1)];
    if (parts[1].includes(TAB)) throw this.#refuse("has more than one TAB", record, allowed);
    const empty = parts.findIndex((part) => part.length === 0);
    if (empty >= 0) throw this.#refuse(`has no ${["form", "lemma"][empty]}`, record, allowed);
    const key = joinKeyParts(parts);
    this.#take(key, 0, key.length, 1);
  }

  #readCsv(record: Uint8Array): void {
    const { key, end } = record[0] === QUOTE ? quotedKey(record) : plainKey(record);
    if (key === undefined || record[end] !== COMMA) {
      throw this.#refuse("is no key and count", record, "key,count as RFC 4180 has it");
    }
    const last = record.length - 1;
    const isQuoted = end + 2 < last && record[end + 1] === QUOTE && record[last] === QUOTE;
    this.#take(
      key,
      0,
      key.length,
      isQuoted ? this.#countIn(record, end + 2, last) : this.#countIn(record, end + 1),
    );
  }

  #readJson(text: string): void {
    const allowed = '{"key": "…", "count": 1}';
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch (cause) {
      throw this.#refuse(`is no JSON: ${(cause as Error).message}`, text, allowed);
    }
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw this.#refuse("is no object", text, allowed);
    }
    const { key, count } = row as Record<string, unknown>;
    if (typeof key !== "string") throw this.#refuse("has no 'key' that is a string", text, allowed);
    if (!key.isWellFormed()) throw this.#noText();
    if (!isCount(count)) throw this.#refuseCount(JSON.stringify(count) ?? "missing");
    const bytes = encoder.encode(key);
    this.#take(bytes, 0, bytes.length, count);
  }

  /** The count of decimal digits that stands in a record. */
  #countIn(record: Uint8Array, from: number, to = record.length): number {
    let count = 0;
    let at = from;
    for (; at < to && record[at] >= 0x30 && record[at] <= 0x39; at++) {
      count = count * 10 + (record[at] - 0x30);
    }
    if (at === to && isCount(count)) return count;
    throw this.#refuseCount(`'${decoder.decode(record.subarray(from, to))}'`);
  }

  #refuseCount(value: string): JobError {
    const allowed = { least: 1, most: Number.MAX_SAFE_INTEGER };
    const shown = shorten(value);
    const reason = `has the count ${shown}, not an integer from 1 to ${allowed.most}`;
    return this.#refuse(reason, shown, allowed);
  }

  #refuse(reason: string, value: Uint8Array | string, allowed: unknown): JobError {
    const text = shorten(typeof value === "string" ? value : decoder.decode(value));
    const line = this.#line;
    return new JobError("invalid_list", `Cannot read the list: line ${line} ${reason}`, {
      details: { line, value: text, allowed },
    });
  }

  #noText(): JobError {
    const line = this.#line;
    return new JobError("invalid_utf8", `Cannot read the list: line ${line} is no Unicode text`, {
      details: { line },
    });
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 1;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function isBlank(record: Uint8Array): boolean {
  return record.every((byte) => byte === BLANK || byte === TAB || byte === CR);
}

function endOfLine(block: Uint8Array, start: number): number {
  const feed = block.indexOf(LF, start);
  return feed < 0 ? block.length : feed + 1;
}

/** The same where a line feed between quotes ends nothing. */
function endOfQuoted(block: Uint8Array, start: number): number {
  let isWithin = false;
  for (let at = start; at < block.length; at++) {
    if (block[at] === QUOTE) isWithin = !isWithin;
    else if (block[at] === LF && !isWithin) return at + 1;
  }
  return block.length;
}

/** A record without its line end. */
function trimmed(record: Uint8Array): Uint8Array {
  let end = record.length;
  if (record[end - 1] === LF) end--;
  if (record[end - 1] === CR) end--;
  return record.subarray(0, end);
}

function feedsIn(record: Uint8Array): number {
  let feeds = 0;
  for (const byte of record) if (byte === LF) feeds++;
  return feeds;
}

/** A key, and where the field ends; no key where the field is none. */
interface Field {
  key?: Uint8Array;
  end: number;
}

function plainKey(record: Uint8Array): Field {
  const end = record.indexOf(COMMA);
  const key = record.subarray(0, Math.max(end, 0));
  return end < 0 || key.includes(QUOTE) ? { end } : { key, end };
}

function quotedKey(record: Uint8Array): Field {
  const key = new Uint8Array(record.length);
  let length = 0;
  for (let at = 1; at < record.length; at++) {
    if (record[at] === QUOTE && record[++at] !== QUOTE) {
      return { key: key.subarray(0, length), end: at };
    }
    key[length++] = record[at];
  }
  return { end: record.length };
}
