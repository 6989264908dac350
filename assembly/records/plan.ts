import {
  CONDITION_BYTES, EXTRACT_TEMPLATE, EXTRACT_TIME, EXTRACTOR_BYTES, NO_EXTRACTOR, PLAN_CONDITIONS, PLAN_CUT, PLAN_DELIMITER,
  PLAN_EXTRACTORS, PLAN_FIXED_BYTES, PLAN_KEYS, PLAN_LISTS, PLAN_LITERALS, PLAN_NAMES_PARTS, PLAN_OUTPUT, PLAN_PATHS,
  PLAN_RECORDS, PLAN_SEPARATED, PLAN_SKIPS, PLAN_TOKENIZER, PLAN_VALUE, PLAN_VERSION, PLAN_WORD_FLAGS, RECORDS_LINE,
  RECORDS_NDJSON,
} from "./plan_layout";

// The plan in hand, as src/records/encode_plan.ts has written it: words, then texts and tables.

export let plan: usize = 0;
export let recordKind: u32 = 0;
/** Whether blank lines are no records. */
export let passesBlanks: bool = false;
export let fixedBytes: u32 = 0;
export let delimiter: u8 = 0;
export let outputKind: u32 = 0;
export let skips: bool = false;
export let extractorCount: u32 = 0;
/** The first extractors are columns or fields, in order; the scanner of records finds them. */
export let separatedCount: u32 = 0;
/** The last extractors are buckets of time, made of what the others have found. */
export let firstTime: u32 = 0;
export let keyCount: u32 = 0;
export let valueExtractor: u32 = 0;
export let conditionCount: u32 = 0;
/** The tree of JSON's paths; 0 if there is none. */
export let paths: usize = 0;
/** The automaton of literals; 0 if there is none. */
export let literals: usize = 0;
/** Whether there are templates, which may be longer than their records. */
export let hasTemplate: bool = false;
/** The extractor that is cut into words; NO_EXTRACTOR if none is. */
export let cut: u32 = NO_EXTRACTOR;
export let tokenizer: u32 = 0;
/** FLAG_*: how words are found, and what becomes of the last key. */
export let wordFlags: u32 = 0;
export let namesParts: bool = false;
export let extractors: usize = 0;
export let keys: usize = 0;
export let conditions: usize = 0;

/** Takes up the plan at an address; traps if another version has written it. */
export function readPlan(at: usize): void {
  if (load<u32>(at) != PLAN_VERSION) unreachable();
  plan = at;
  recordKind = load<u32>(at, PLAN_RECORDS);
  passesBlanks = recordKind == RECORDS_NDJSON;
  if (passesBlanks) recordKind = RECORDS_LINE;
  fixedBytes = load<u32>(at, PLAN_FIXED_BYTES);
  delimiter = <u8>load<u32>(at, PLAN_DELIMITER);
  outputKind = load<u32>(at, PLAN_OUTPUT);
  skips = load<u32>(at, PLAN_SKIPS) != 0;
  extractorCount = load<u32>(at, PLAN_EXTRACTORS);
  separatedCount = load<u32>(at, PLAN_SEPARATED);
  keyCount = load<u32>(at, PLAN_KEYS);
  valueExtractor = load<u32>(at, PLAN_VALUE);
  conditionCount = load<u32>(at, PLAN_CONDITIONS);
  const root = load<u32>(at, PLAN_PATHS);
  paths = root == 0 ? 0 : wordAt(root);
  const automaton = load<u32>(at, PLAN_LITERALS);
  literals = automaton == 0 ? 0 : at + automaton;
  cut = load<u32>(at, PLAN_CUT);
  tokenizer = load<u32>(at, PLAN_TOKENIZER);
  wordFlags = load<u32>(at, PLAN_WORD_FLAGS);
  namesParts = load<u32>(at, PLAN_NAMES_PARTS) != 0;
  extractors = at + PLAN_LISTS;
  keys = extractors + extractorCount * EXTRACTOR_BYTES;
  conditions = keys + (keyCount << 2);
  hasTemplate = false;
  firstTime = extractorCount;
  for (let slot: u32 = 0; slot < extractorCount; slot++) {
    const kind = load<u32>(extractorAt(slot));
    if (kind == EXTRACT_TEMPLATE) hasTemplate = true;
    else if (kind == EXTRACT_TIME) firstTime = min(firstTime, slot);
  }
}

/** Address of a word of the plan by its number. */
// @ts-ignore: decorator
@inline
export function wordAt(number: u32): usize {
  return plan + (<usize>number << 2);
}

// @ts-ignore: decorator
@inline
export function extractorAt(slot: u32): usize {
  return extractors + slot * EXTRACTOR_BYTES;
}

// @ts-ignore: decorator
@inline
export function conditionAt(index: u32): usize {
  return conditions + index * CONDITION_BYTES;
}
