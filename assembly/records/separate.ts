import { extractorAt, recordKind, separatedCount } from "./plan";
import { RECORDS_LINE } from "./plan_layout";
import { marks, text } from "./regions";
import { clearSlots, setSlot } from "./slots";

const CR: u8 = 0x0d;
const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;

/** Finds the columns or fields of the row at an address, and puts them into their slots. Returns where it ends. */
// @ts-ignore: decorator
@inline
export function separate(row: usize): usize {
  const trims = recordKind == RECORDS_LINE;
  const count = separatedCount;
  const offset = row - text;
  let base = row - (offset & 63);
  let mark = marks + (offset >>> 6 << 4);
  let ends = load<u64>(mark) & <u64>-1 << <u64>offset, feeds = load<u64>(mark, 8);
  let start = row;
  let at: usize = row;
  let column: u32 = 1;
  let slot: u32 = 0;
  let isEnded = false;
  for (; slot < count && !isEnded; slot++) {
    const wanted = load<u32>(extractorAt(slot), 4);
    for (;;) {
      while (ends == 0) {
        mark += 16;
        base += 64;
        ends = load<u64>(mark);
        feeds = load<u64>(mark, 8);
      }
      const bit = ends & (0 - ends);
      at = base + <usize>ctz(ends);
      ends ^= bit;
      isEnded = (feeds & bit) != 0;
      if (isEnded || column == wanted) break;
      column++;
      start = at + 1;
    }
    if (column != wanted) break;
    column++;
    const stop = isEnded && at > start && load<u8>(at - 1) == CR ? at - 1 : at;
    if (trims) while (start < stop && isBlank(load<u8>(start))) start++;
    if (trims && start == stop) break; // blanks at a line's end are followed by no field
    setSlot(slot, start, stop);
    start = at + 1;
  }
  if (!isEnded) {
    while ((ends & feeds) == 0) {
      mark += 16;
      base += 64;
      ends = load<u64>(mark);
      feeds = load<u64>(mark, 8);
    }
    at = base + <usize>ctz(ends & feeds);
  }
  if (slot < count) clearSlots(slot);
  return at;
}

// @ts-ignore: decorator
@inline
export function isBlank(byte: u8): bool {
  return byte == SPACE || byte == TAB;
}
