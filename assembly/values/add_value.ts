import { VALUE_REFUSED } from "../layout";
import { addDouble } from "./binned_sum";
import {
  fail,
  FIRST_FORM_F64,
  form,
  FORM_AVG_F64,
  FORM_AVG_I64,
  FORM_MAX_F64,
  FORM_MAX_I64,
  FORM_MIN_F64,
  FORM_MIN_I64,
  FORM_STATS,
  FORM_SUM_F64,
  FORM_SUM_I64,
  WIDE_TAIL_OFFSET,
} from "./op";
import { addNumber } from "./stats";
import { addInteger } from "./wide_sum";

// Combines the values of a chunk with the states of their keys. A list of found records has a u64
// for each: low half the record, high half its key's state, by their addresses.

const NOT_FINITE: u64 = 0x7ff0_0000_0000_0000;

/** One more value, of those in an average. */
// @ts-ignore: decorator
@inline
function addOne(counter: usize): void {
  store<u64>(counter, load<u64>(counter) + 1);
}

/** Combines the value at an address with a state, in a job of a form that the compiler knows. */
// @ts-ignore: decorator
@inline
export function addAs(known: u32, state: usize, at: usize): void {
  if (known >= FIRST_FORM_F64) {
    const value = load<f64>(at) + 0.0; // -0 becomes 0: they compare as equal
    if ((reinterpret<u64>(value) & NOT_FINITE) == NOT_FINITE) fail(VALUE_REFUSED, at);
    else addDoubleAs(known, state, value);
    return;
  }
  if (known == FORM_STATS) {
    addNumber(state, at);
    return;
  }
  const value = load<i64>(at);
  if (known == FORM_SUM_I64) addInteger(state, state + WIDE_TAIL_OFFSET, value);
  if (known == FORM_MIN_I64) store<i64>(state, min<i64>(load<i64>(state), value));
  if (known == FORM_MAX_I64) store<i64>(state, max<i64>(load<i64>(state), value));
  if (known == FORM_AVG_I64) {
    addInteger(state + 8, state + 16, value);
    addOne(state + 24);
  }
}

// @ts-ignore: decorator
@inline
function addDoubleAs(known: u32, state: usize, value: f64): void {
  if (known == FORM_MIN_F64) store<f64>(state, min<f64>(load<f64>(state), value));
  if (known == FORM_MAX_F64) store<f64>(state, max<f64>(load<f64>(state), value));
  if (known >= FORM_SUM_F64) addDouble(state + 8, value);
  if (known == FORM_AVG_F64) addOne(state + 48);
}

// The loops below are the same, once for each form, so that none decides in its loop.

// @ts-ignore: decorator
@inline
function addFoundAs(known: u32, found: usize, end: usize): void {
  for (; found < end; found += 8) addAs(known, load<u32>(found, 4), load<u32>(found));
}

/** Combines the values of all found records with their states. */
export function addFound(found: usize, end: usize): void {
  switch (form) {
    case FORM_SUM_I64: return addFoundAs(FORM_SUM_I64, found, end);
    case FORM_MIN_I64: return addFoundAs(FORM_MIN_I64, found, end);
    case FORM_MAX_I64: return addFoundAs(FORM_MAX_I64, found, end);
    case FORM_AVG_I64: return addFoundAs(FORM_AVG_I64, found, end);
    case FORM_STATS: return addFoundAs(FORM_STATS, found, end);
    case FORM_MIN_F64: return addFoundAs(FORM_MIN_F64, found, end);
    case FORM_MAX_F64: return addFoundAs(FORM_MAX_F64, found, end);
    case FORM_SUM_F64: return addFoundAs(FORM_SUM_F64, found, end);
    default: return addFoundAs(FORM_AVG_F64, found, end);
  }
}

/** Combines the value at an address with a state. */
export function addValue(state: usize, at: usize): void {
  addAs(form, state, at);
}
