import { FLAG_FOLD, FLAG_KEEP_CR, FLAG_NFC } from "../../assembly/layout.ts";
import {
  EXTRACT_COLUMN,
  EXTRACT_FIELD,
  EXTRACT_JSON,
  EXTRACT_PART,
  EXTRACT_RECORD,
  EXTRACT_REGEX,
  EXTRACT_TEMPLATE,
  EXTRACT_TIME,
  MOST_EXTRACTORS,
  NO_EXTRACTOR,
  PLAN_VERSION,
  RECORDS_CHUNK,
  RECORDS_CSV,
  RECORDS_FIXED,
  RECORDS_LINE,
  RECORDS_NDJSON,
  RECORDS_PARAGRAPH,
  RECORDS_WORD,
} from "../../assembly/records/plan_layout.ts";
import { MOST_KEYS } from "../contract/expressions/expression.ts";
import { fixedBytes } from "../input/record_rules.ts";
import { TOKENIZERS } from "../shared/tokenizer_numbers.ts";
import { encodeTime } from "./encode_time.ts";
import { addPaths } from "./path_trie.ts";
import { PlanBytes } from "./plan_bytes.ts";
import type { Condition, ConditionOp, Extractor, RecordPlan, WordPlan } from "./record_plan.ts";

const KINDS = {
  record: EXTRACT_RECORD,
  column: EXTRACT_COLUMN,
  field: EXTRACT_FIELD,
  json: EXTRACT_JSON,
  regex: EXTRACT_REGEX,
  template: EXTRACT_TEMPLATE,
  time: EXTRACT_TIME,
  part: EXTRACT_PART,
};

const RECORDS: Record<string, number> = {
  line: RECORDS_LINE,
  ndjson: RECORDS_NDJSON,
  csv: RECORDS_CSV,
  paragraph: RECORDS_PARAGRAPH,
  chunk: RECORDS_CHUNK,
  word: RECORDS_WORD,
};

/** In the order of OP_*. */
const OPS: readonly ConditionOp[] = ["=", "!=", "^=", "*=", "~", "<", "<=", ">", ">="];

const OUTPUTS = ["windows", "values", "pairs"];

const ASCII_CHARACTER = /^[\0-\x7f]$/;
const MOST_INDEX = 0x7fff_ffff;

/**
 * A plan as the kernel reads it; assembly/records/plan.ts has its form.
 *
 * @throws {RangeError} If no kernel can follow it.
 */
export function encodePlan(plan: RecordPlan): Uint8Array<ArrayBuffer> {
  const { keys, words, value, where, delimiter, output, onError } = plan;
  const { records, recordBytes } = encodeRecords(plan.records);
  const extractors = gather(plan, records);
  const cutKeys = words?.of ? [extractors.length] : [];
  checkPlan(plan, keys.length + cutKeys.length, extractors.length + cutKeys.length);
  const slotOf = (wanted: Extractor) => extractors.findIndex((each) => isSame(each, wanted));
  const separated = separatedKind(records);
  const bytes = new PlanBytes();
  bytes.add(PLAN_VERSION, records, recordBytes, delimiter.charCodeAt(0));
  bytes.add(OUTPUTS.indexOf(output), onError === "skip" ? 1 : 0);
  bytes.add(extractors.length, extractors.filter(({ kind }) => kind === separated).length);
  bytes.add(keys.length + cutKeys.length, value ? slotOf(value) : NO_EXTRACTOR, where.length);
  const paths = bytes.add(0);
  if (plan.literals) bytes.addBytes(plan.literals);
  else bytes.add(0, 0);
  bytes.add(words?.of ? slotOf(words.of) : NO_EXTRACTOR);
  bytes.add(words ? TOKENIZERS[words.tokenizer] : 0, encodeFlags(words));
  bytes.add(extractors.some(({ kind }) => kind === "part") ? 1 : 0);
  for (const extractor of extractors) addExtractor(bytes, extractor, slotOf);
  bytes.add(...keys.map(slotOf), ...cutKeys);
  for (const condition of where) addCondition(bytes, condition, slotOf(condition.of));
  const json = extractors.flatMap((each, slot) =>
    each.kind === "json" ? [[slot, each.path] as const] : []
  );
  if (json.length > 0) bytes.set(paths, addPaths(bytes, json));
  return bytes.toBytes();
}

function checkPlan({ delimiter }: RecordPlan, keyParts: number, slots: number): void {
  if (keyParts === 0 || keyParts > MOST_KEYS) {
    throw new RangeError(`Cannot make keys of ${keyParts} parts: 1 to ${MOST_KEYS} are possible`);
  }
  if (!ASCII_CHARACTER.test(delimiter)) {
    throw new RangeError(
      `Cannot use delimiter ${JSON.stringify(delimiter)}: it is no ASCII character`,
    );
  }
  if (slots <= MOST_EXTRACTORS) return;
  const many = `${slots} different parts of a record`;
  throw new RangeError(`Cannot look at ${many}: at most ${MOST_EXTRACTORS} are possible`);
}

function encodeRecords(records: string): { records: number; recordBytes: number } {
  const bytes = fixedBytes(records);
  if (bytes) return { records: RECORDS_FIXED, recordBytes: bytes };
  if (Object.hasOwn(RECORDS, records)) return { records: RECORDS[records], recordBytes: 0 };
  throw new RangeError(`Cannot read records of kind ${records}`);
}

/**
 * All extractors, each once: those that are found with the records come first, by their index, and
 * those that are made of others last.
 */
function gather({ keys, words, value, where }: RecordPlan, records: number): Extractor[] {
  const others = [words?.of, value].filter((each) => each !== undefined);
  const named = [...keys, ...others, ...where.map(({ of }) => of)];
  const times = named.filter((each) => each.kind === "time");
  const parts = named.filter(({ kind }) => kind !== "time");
  const all = [...parts, ...times.map(({ of }) => of), ...times];
  const different = all.filter((one, i) => all.findIndex((each) => isSame(each, one)) === i);
  for (const one of different) {
    if (!("index" in one)) continue;
    if (Number.isInteger(one.index) && one.index >= 1 && one.index <= MOST_INDEX) continue;
    throw new RangeError(`Cannot use ${one.kind} ${one.index}: the first one is 1`);
  }
  const separated = separatedKind(records);
  const isSeparated = ({ kind }: Extractor) => kind === separated;
  const found = different.filter(isSeparated) as Extract<Extractor, { index: number }>[];
  found.sort((a, b) => a.index - b.index);
  return [...found, ...different.filter((one) => !isSeparated(one))];
}

/** What is found in the same pass as the records' ends. */
function separatedKind(records: number): "column" | "field" | undefined {
  if (records === RECORDS_CSV) return "column";
  return records === RECORDS_LINE || records === RECORDS_NDJSON ? "field" : undefined;
}

function isSame(a: Extractor, b: Extractor): boolean {
  if (a.kind === "regex") return b.kind === "regex" && a.tables === b.tables;
  if (a.kind === "time" && b.kind === "time") {
    return a.zone === b.zone && isSame(a.of, b.of) &&
      a.bucket.unit === b.bucket.unit && a.bucket.count === b.bucket.count;
  }
  if (a.kind !== b.kind) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Four words: what is compared, how, and where the text or the tables stand. */
function addCondition(bytes: PlanBytes, { op, text, tables }: Condition, slot: number): void {
  bytes.add(slot, OPS.indexOf(op));
  if (op === "~") bytes.addBytes(tables!.toBytes());
  else bytes.addText(text);
}

function encodeFlags(words: WordPlan | undefined): number {
  const { keepCR = false, folds = false, normalizes = false } = words ?? {};
  return (keepCR ? FLAG_KEEP_CR : 0) | (folds ? FLAG_FOLD : 0) | (normalizes ? FLAG_NFC : 0);
}

/** Three words: what it is, and its index or where its tables stand. */
function addExtractor(
  bytes: PlanBytes,
  extractor: Extractor,
  slotOf: (wanted: Extractor) => number,
): void {
  bytes.add(KINDS[extractor.kind]);
  if (extractor.kind === "regex") bytes.addBytes(extractor.tables.toBytes());
  else if (extractor.kind === "time") bytes.addBytes(encodeTime(extractor, slotOf(extractor.of)));
  else bytes.add("index" in extractor ? extractor.index : 0, 0);
}
