import { allocArena } from "../memory/arena";
import { table, TABLE_STATES, TABLE_STATES_END } from "../table/table_header";
import {
  form,
  FORM_MAX_F64,
  FORM_MAX_I64,
  FORM_MIN_F64,
  FORM_MIN_I64,
  FORM_STATS,
  tailBytes,
  tailOffset,
  WIDE_TAIL_OFFSET,
} from "./op";
import { clearStats, halfStateBytes, STATE_START } from "./stats";

// The states of a table's keys: an entry holds the address of its key's state where entries of a
// counting job hold the count. States never move, and are freed with the table's arena, which they
// lie in by blocks. So tiers grow and swap entries as when they count.

/** The table's first page has room for some. */
const BLOCK_BYTES: usize = 2 * WIDE_TAIL_OFFSET;
/** Blocks begin at a line of the caches. */
const LINE_BYTES: usize = 64;

/** A new state in the open table, which changes no value it is combined with; 0 without pages. */
export function takeState(): usize {
  const apart = tailOffset == WIDE_TAIL_OFFSET; // states in a block's first half, tails in its second
  const bytes: usize = form == FORM_STATS ? halfStateBytes() : apart ? 8 : 8 + tailBytes;
  let state: usize = load<u32>(table, TABLE_STATES);
  if (state + bytes > load<u32>(table, TABLE_STATES_END)) {
    const block = allocArena(<u32>(BLOCK_BYTES + LINE_BYTES - 1));
    if (block == 0) return 0;
    state = (block + LINE_BYTES - 1) & ~(LINE_BYTES - 1);
    store<u32>(table, <u32>(state + (apart ? WIDE_TAIL_OFFSET : BLOCK_BYTES)), TABLE_STATES_END);
  }
  store<u32>(table, <u32>(state + bytes), TABLE_STATES);
  if (form == FORM_STATS) {
    state -= STATE_START;
    clearStats(state);
    return state;
  }
  store<u64>(state, neutral());
  const tail = state + tailOffset;
  for (let i: u32 = 0; i < tailBytes; i += 8) store<u64>(tail + i, 0);
  return state;
}

function neutral(): u64 {
  switch (form) {
    case FORM_MIN_I64: return i64.MAX_VALUE;
    case FORM_MAX_I64: return i64.MIN_VALUE;
    case FORM_MIN_F64: return reinterpret<u64>(f64.POSITIVE_INFINITY);
    case FORM_MAX_F64: return reinterpret<u64>(f64.NEGATIVE_INFINITY);
    default: return 0;
  }
}
