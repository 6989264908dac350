import {
  ENTRY_ROW_BITS,
  REGEX_CLASSES,
  REGEX_OPS,
  REGEX_ROWS,
  REGEX_START_ROW,
  REGEX_VERSION,
  REGEX_VERSION_AT,
  ROW_END,
  ROW_ENTRIES,
  ROW_NO_RANGES,
  ROW_RANGE_COUNT,
} from "../../../assembly/regex_layout.ts";
import type { Dfa, DfaEntry } from "./build_dfa.ts";
import type { ByteClasses } from "./byte_classes.ts";
import { tooLarge } from "./regex_limits.ts";

const MAX_OPERATION_WORDS = 1 << (32 - ENTRY_ROW_BITS);
const MAX_RANGES = 3;

/** Lays an automaton out as assembly/regex_layout.ts says: little-endian, a multiple of 8 bytes. */
export function writeTables(dfa: Dfa, classes: ByteClasses): Uint8Array<ArrayBuffer> {
  const rowBytes = ROW_ENTRIES + 4 * classes.bytes.length;
  const opsStart = REGEX_ROWS + rowBytes * dfa.states.length;
  const places = operationWords(dfa);
  const bytes = new Uint8Array((opsStart + 4 * places.words + 7) & ~7);
  const view = new DataView(bytes.buffer);
  const row = (state: number) => rowBytes / 4 * state;
  const entryOf = ({ next, ops }: DfaEntry) =>
    (row(next) | (places.starts[ops] << ENTRY_ROW_BITS)) >>> 0;
  view.setUint32(REGEX_VERSION_AT, REGEX_VERSION, true);
  view.setUint32(REGEX_START_ROW, row(dfa.start), true);
  view.setUint32(REGEX_OPS, opsStart, true);
  bytes.set(classes.classOf, REGEX_CLASSES);
  dfa.states.forEach(({ entries, end }, state) => {
    const at = REGEX_ROWS + rowBytes * state;
    bytes.set(leavingBytes(entries, state, classes), at);
    view.setUint32(at + ROW_END, entryOf(end), true);
    entries.forEach((entry, i) => view.setUint32(at + ROW_ENTRIES + 4 * i, entryOf(entry), true));
  });
  dfa.operations.forEach((list, i) => {
    const at = opsStart + 4 * places.starts[i];
    list.forEach((operation, j) => view.setUint16(at + 2 * j, operation, true));
  });
  return bytes;
}

/** Where each list of operations stands; the first word is of the empty one. */
function operationWords({ operations }: Dfa): { starts: number[]; words: number } {
  let words = 1;
  const starts = operations.map((list) => {
    if (list.length === 0) return 0;
    const start = words;
    words += (list.length + 1) >> 1;
    return start;
  });
  if (words > MAX_OPERATION_WORDS) throw tooLarge(`${4 * MAX_OPERATION_WORDS} bytes of operations`);
  return { starts, words };
}

/** The row's ranges of bytes that lead elsewhere, or do something. */
function leavingBytes(
  entries: readonly DfaEntry[],
  state: number,
  { classOf }: ByteClasses,
): number[] {
  const ranges: [number, number][] = [];
  for (let byte = 0; byte < 256; byte++) {
    const { next, ops } = entries[classOf[byte]];
    if (next === state && ops === 0) continue;
    const before = ranges.at(-1);
    if (before && before[1] === byte - 1) before[1] = byte;
    else ranges.push([byte, byte]);
  }
  const isFew = ranges.length <= MAX_RANGES;
  const row = new Array<number>(ROW_RANGE_COUNT + 1).fill(0);
  row[ROW_RANGE_COUNT] = isFew ? ranges.length : ROW_NO_RANGES;
  // Places that are left over repeat the first range.
  for (let i = 0; isFew && i < MAX_RANGES && ranges.length > 0; i++) {
    row.splice(2 * i, 2, ...(ranges[i] ?? ranges[0]));
  }
  return row;
}
