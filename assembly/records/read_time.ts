import { dayOf, daysIn } from "./calendar";
import { monthOf } from "./template_rules";

// Reads points in time: ISO 8601 and RFC 3339, the Common Log Format, and numbers of seconds,
// milliseconds, microseconds or nanoseconds since 1970.

const ZERO: u32 = 0x30;
const SPACE: u32 = 0x20;
const COLON: u32 = 0x3a;
const COMMA: u32 = 0x2c;
const DOT: u32 = 0x2e;
const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const SLASH: u32 = 0x2f;
const OPEN: u32 = 0x5b;
const CLOSE: u32 = 0x5d;
const T: u32 = 0x54;
const Z: u32 = 0x5a;
const LOWER: u32 = 0x20;

/** No number of so many seconds or more is one of seconds: it is a finer unit's. */
const MOST_SECONDS: u64 = 100_000_000_000;
/** Digits that 64 bits hold. */
const MOST_DIGITS: usize = 19;

/** What was read: seconds since 1970, rounded down. */
export let seconds: i64 = 0;
/** Whether the text names no offset, so that those are seconds of a wall clock. */
export let isLocal: bool = false;

let at: usize = 0;
let end: usize = 0;

/** Reads a text as a whole; false if it is no time. */
export function readTime(from: usize, to: usize): bool {
  at = from;
  end = to;
  isLocal = false;
  if (to - from > 10 && load<u8>(from, 4) == MINUS || to - from == 10 && load<u8>(from, 7) == MINUS) return readIso();
  take(OPEN);
  return to - at > 2 && load<u8>(at, 2) == SLASH ? readLogTime() : at == from && readEpoch();
}

/** `2000-10-10`, `2000-10-10T13:55`, `2000-10-10 13:55:36.25Z`, `2000-10-10T13:55:36-07:00`. */
function readIso(): bool {
  const year = digits(4);
  if (!take(MINUS)) return false;
  const month = digits(2);
  if (!take(MINUS) || !setDay(year, month, digits(2))) return false;
  if (at == end) {
    isLocal = true;
    return true;
  }
  if (!take(T) && !take(T | LOWER) && !take(SPACE)) return false;
  return addClock() && addOffset() && at == end;
}

/** `10/Oct/2000:13:55:36 -0700`, in brackets or without. */
function readLogTime(): bool {
  const day = digits(2);
  if (!take(SLASH) || end - at < 4) return false;
  const month = monthOf(load<u32>(at));
  at += 3;
  if (!take(SLASH) || !setDay(digits(4), month, day)) return false;
  if (!take(COLON) || !addClock()) return false;
  take(CLOSE);
  if (at == end) {
    isLocal = true;
    return true;
  }
  if (!addOffset()) return false;
  take(CLOSE);
  return at == end;
}

/** False if the date is none; what could not be read is -1. */
function setDay(year: i64, month: i64, day: i64): bool {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false;
  seconds = dayOf(year, month, day) * 86_400;
  return true;
}

/** Adds `13:55`, `13:55:36` or `13:55:36.25`; a leap second is the one before it. */
function addClock(): bool {
  const hour = digits(2);
  if (hour < 0 || hour > 23 || !take(COLON)) return false;
  const minute = digits(2);
  if (minute < 0 || minute > 59) return false;
  seconds += hour * 3600 + minute * 60;
  if (!take(COLON)) return true;
  const second = digits(2);
  if (second < 0 || second > 60) return false;
  seconds += min<i64>(second, 59);
  return !take(DOT) && !take(COMMA) || skipDigits() > 0;
}

/** Takes off `Z`, `-07:00`, `-0700` or `-07`, perhaps behind a blank. */
function addOffset(): bool {
  if (at == end) {
    isLocal = true;
    return true;
  }
  take(SPACE);
  if (take(Z) || take(Z | LOWER)) return true;
  const isEast = take(PLUS);
  if (!isEast && !take(MINUS)) return false;
  const hours = digits(2);
  if (hours < 0 || hours > 23) return false;
  let minutes: i64 = 0;
  if (take(COLON) || at < end && load<u8>(at) != CLOSE) {
    minutes = digits(2);
    if (minutes < 0 || minutes > 59) return false;
  }
  const offset = hours * 3600 + minutes * 60;
  seconds -= isEast ? offset : -offset;
  return true;
}

/** `970351200`, `-1.5`, `970351200000`: the number is one of the largest unit that it can be of. */
function readEpoch(): bool {
  const isNegative = take(MINUS);
  const start = at;
  let value: u64 = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - ZERO;
    if (digit > 9) break;
    value = value * 10 + digit;
  }
  if (at == start || at - start > MOST_DIGITS) return false;
  let hasRest = false;
  if (take(DOT)) {
    const zeroes = at;
    if (skipDigits() == 0) return false;
    for (let i = zeroes; i < at; i++) hasRest = hasRest || load<u8>(i) != ZERO;
  }
  while (value >= MOST_SECONDS) {
    hasRest = hasRest || value % 1000 != 0;
    value /= 1000;
  }
  seconds = isNegative ? -<i64>value - <i64>hasRest : <i64>value;
  return at == end;
}

/** A number of so many digits, -1 if it is none. */
function digits(count: u32): i64 {
  if (at + count > end) return -1;
  let number: u32 = 0;
  for (const stop = at + count; at < stop; at++) {
    const digit = <u32>load<u8>(at) - ZERO;
    if (digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Passes digits; returns how many. */
function skipDigits(): usize {
  const start = at;
  while (at < end && <u32>load<u8>(at) - ZERO <= 9) at++;
  return at - start;
}

/** Passes a byte, if it is the next one. */
// @ts-ignore: decorator
@inline
function take(byte: u32): bool {
  if (at == end || load<u8>(at) != byte) return false;
  at++;
  return true;
}
