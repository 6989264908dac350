import type {
  Condition,
  ConditionOp,
  Extractor,
  RecordPlan,
  WordPlan,
} from "../../src/records/record_plan.ts";
import { WORD_TOKENIZERS } from "../../src/contract/token_options.ts";
import { readBucket } from "../../src/contract/expressions/buckets.ts";
import { zoneTable } from "../../src/records/time_zone.ts";
import { HAS_TEMPORAL } from "./oracle/oracle_time.ts";
import { patternTables } from "./oracle/oracle_patterns.ts";
import type { Random } from "./random.ts";
import { writeRandomCsv } from "./csv.ts";

// Random texts of records, and plans for them, which find little, much, and what is not there.

const OPS: readonly ConditionOp[] = ["=", "!=", "^=", "*=", "~", "<", "<=", ">", ">="];
const BOUNDS = ["", "a", "7", "-1.5", "0", "é", "-------", "12.0", "true"];
const NUMBERS = [
  "0",
  "-0.0",
  "12.0",
  "-3.75",
  "+7",
  ".5",
  "5.",
  "1e3",
  "12E-3",
  "123456789012345678",
  "-9223372036854775808",
  "9223372036854775807",
  "9223372036854775808",
  "0.000000000000000001",
  "0.0000000000000000001",
  "1.50000000000000000000",
  "100000000000000000000e-4",
  "1e18",
  "1e19",
  " 4 ",
  "-",
  "e5",
  "1.2.3",
  "1e",
  "--1",
  "NaN",
  "0x10",
  "000000000000000000000000012.5",
  "970351200",
  "2000-10-10T13:55:36Z",
];
const TABLES = ["[0-9]+", "é|(a)", "(\\w+) (\\w+)", "-{3,}(.)?", "^[^,;]*", "(?:)", "\\s(\\S*)$"]
  .map(patternTables);
const ZONES = ["UTC", "Asia/Tokyo", "Asia/Kathmandu"];
/** What tokenizers, folding and normalizing look at. */
const WORDS = [
  "B",
  "ẞ",
  "İ",
  "E\u0301",
  "\u0323",
  "it's",
  "x_1.5",
  "漢字",
  "Ü".repeat(40),
  "ΐΐ",
  " z Z ",
];
const NAMES = ["a", "b", "na me", "é", "", "long".repeat(9)];

const KINDS = {
  csv: ["column", "column", "column", "record", "field", "regex"],
  line: ["field", "field", "field", "record", "column", "regex"],
  ndjson: ["json", "json", "json", "record", "field", "regex"],
  paragraph: ["field", "record", "column", "regex"],
  word: ["record", "record", "record", "regex"],
} as const;

/** A kind of records that lines or rows are. */
export type RandomKind = keyof typeof KINDS;

export function randomPlan(random: Random, records: RandomKind): RecordPlan {
  const extractor = () => randomExtractor(random, records);
  const output = random.pick(["windows", "windows", "values", "pairs"] as const);
  const keys = Array.from({ length: random.oneIn(2) ? 1 : random.between(2, 4) }, extractor);
  const words = records === "word" || random.oneIn(3) ? randomWords(random, records) : undefined;
  if (words?.of) keys.pop();
  const condition = (): Condition => {
    const op = random.pick(OPS);
    const tables = op === "~" ? { tables: random.pick(TABLES) } : {};
    return { of: extractor(), op, text: random.pick(BOUNDS), ...tables };
  };
  const conditions = random.oneIn(3) ? random.between(1, 2) : 0;
  const where = Array.from({ length: conditions }, condition);
  return {
    records,
    delimiter: random.pick([",", ",", ";", "\t", "|"]),
    keys,
    ...(words && { words }),
    ...(output !== "windows" && { value: extractor() }),
    output,
    where,
    onError: "skip",
  };
}

function randomWords(random: Random, records: RandomKind): WordPlan {
  return {
    tokenizer: random.pick(WORD_TOKENIZERS),
    keepCR: random.oneIn(2),
    ...(records !== "word" && { of: randomPart(random, records) }),
    folds: random.oneIn(2),
    normalizes: random.oneIn(3),
  };
}

function randomExtractor(random: Random, records: RandomKind): Extractor {
  if (!random.oneIn(10)) return randomPart(random, records);
  const zone = zoneTable(HAS_TEMPORAL ? random.pick(ZONES) : "UTC");
  const bucket = readBucket(random.pick(["1s", "1m", "1h", "1d", "1w", "1y"]))!;
  return { kind: "time", of: randomPart(random, records), bucket, zone };
}

function randomPart(random: Random, records: RandomKind): Extractor {
  if (random.oneIn(12)) return { kind: "part" };
  const kind = random.pick(KINDS[records]);
  if (kind === "record") return { kind };
  if (kind === "regex") return { kind, tables: random.pick(TABLES) };
  if (kind !== "json") return { kind, index: random.between(1, 5) };
  const step = () => random.oneIn(3) ? random.between(-2, 2) : random.pick(NAMES);
  return { kind, path: Array.from({ length: random.below(4) }, step) };
}

export function randomText(random: Random, { records, delimiter }: RecordPlan): string {
  if (records === "csv") {
    const csv = writeRandomCsv(random, delimiter).replaceAll("7", () => random.pick(NUMBERS));
    return random.oneIn(4) ? csv + '"' : csv;
  }
  const line = records === "ndjson" ? () => jsonLine(random) : () => plainLine(random, delimiter);
  const end = random.pick(["\n", "\r\n"]);
  const lines = Array.from({ length: random.below(20) }, line).join(end);
  return lines + (random.oneIn(2) ? end : "");
}

function plainLine(random: Random, delimiter: string): string {
  const pieces = [
    " ",
    "\t",
    "  ",
    "a",
    "é",
    "word",
    "\x01",
    "-".repeat(70),
    delimiter,
    '"',
    ...WORDS,
  ];
  const count = random.below(12);
  return Array.from({ length: count }, () => random.pick(random.oneIn(4) ? NUMBERS : pieces)).join(
    "",
  );
}

function jsonLine(random: Random): string {
  const line = jsonValue(random, 3);
  if (random.oneIn(8)) return line.slice(0, random.below(line.length + 1)).toWellFormed(); // most are broken then
  return random.oneIn(12) ? "" : line;
}

function jsonValue(random: Random, depth: number): string {
  const blank = () => random.oneIn(5) ? random.pick([" ", "\t", "   "]) : "";
  const list = (open: string, close: string, item: () => string) => {
    const items = Array.from({ length: random.below(4) }, () => blank() + item() + blank());
    return open + (items.join(",") || blank()) + close;
  };
  const value = () => jsonValue(random, depth - 1);
  if (depth > 0 && random.oneIn(3)) return list("[", "]", value);
  if (depth > 0 && !random.oneIn(4)) {
    return list(
      "{",
      "}",
      () => `${jsonString(random, random.pick(NAMES))}${blank()}:${blank()}${value()}`,
    );
  }
  if (random.oneIn(2)) return random.pick(["null", "true", "false", "0", "-1.5e3", "12.0", "7"]);
  return jsonString(
    random,
    random.pick([...NAMES, "x]}", '"', "\\", "\u{1f600}", "line\nfeed", "\0"]),
  );
}

/** With some escapes that need not be, and halves of pairs. */
function jsonString(random: Random, text: string): string {
  const hex = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  if (random.oneIn(6)) {
    return `"${[...Array(text.length).keys()].map((i) => hex(text[i])).join("")}"`;
  }
  if (random.oneIn(12)) return '"\\ud83d' + random.pick(["", "x", "\\n", "\\ud83d"]) + '"';
  return JSON.stringify(text);
}
