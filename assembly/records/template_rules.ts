// What a template masks: rules that say where what begins at a place ends, 0 if it does not begin there.
// All read no byte at `to` or behind it.

const COLON: u32 = 0x3a;
const DOT: u32 = 0x2e;
const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const SLASH: u32 = 0x2f;
const SPACE: u32 = 0x20;

/** The byte at a place, a line feed behind the record. */
// @ts-ignore: decorator
@inline
export function byteAt(at: usize, to: usize): u32 {
  return at < to ? <u32>load<u8>(at) : 0x0a;
}

// @ts-ignore: decorator
@inline
export function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

// @ts-ignore: decorator
@inline
export function isHex(byte: u32): bool {
  return isDigit(byte) || (byte | 0x20) - 0x61 < 6;
}

/** Letters and digits of ASCII, and all that is beyond it. */
// @ts-ignore: decorator
@inline
export function isWord(byte: u32): bool {
  return isDigit(byte) || (byte | 0x20) - 0x61 < 26 || byte >= 0x80;
}

/** Where digits from a place on end, if there are so many and no more. */
function digits(at: usize, to: usize, count: usize): usize {
  const end = at + count;
  if (end > to) return 0;
  for (; at < end; at++) if (!isDigit(load<u8>(at))) return 0;
  return isDigit(byteAt(end, to)) ? 0 : end;
}

/** A number, of several parts if points stand between them: `12`, `1.5e-3`, `1.20.3`. */
export function numberEnd(at: usize, to: usize): usize {
  at = pastDigits(at, to);
  while (byteAt(at, to) == DOT && isDigit(byteAt(at + 1, to))) at = pastDigits(at + 1, to);
  if ((byteAt(at, to) | 0x20) != 0x65) return at;
  const sign = byteAt(at + 1, to);
  const power = sign == PLUS || sign == MINUS ? at + 2 : at + 1;
  return isDigit(byteAt(power, to)) ? pastDigits(power, to) : at;
}

function pastDigits(at: usize, to: usize): usize {
  while (isDigit(byteAt(at, to))) at++;
  return at;
}

/** `2026-11-28`, `2026/11/28`, `28/Nov/2026`, with a time of day behind or without, or that alone. */
export function dateEnd(at: usize, to: usize): usize {
  const year = digits(at, to, 4);
  if (year) return isoEnd(year, to);
  const day = digits(at, to, 2);
  if (day == 0) return 0;
  if (byteAt(day, to) != SLASH) return timeEnd(at, to);
  if (day + 4 > to || !isMonth(load<u32>(day + 1)) || byteAt(day + 4, to) != SLASH) return 0;
  const end = digits(day + 5, to, 4);
  return end != 0 && byteAt(end, to) == COLON ? timeOr(end, to) : end;
}

function isoEnd(year: usize, to: usize): usize {
  const sign = byteAt(year, to);
  if (sign != MINUS && sign != SLASH) return 0;
  const month = digits(year + 1, to, 2);
  if (month == 0 || byteAt(month, to) != sign) return 0;
  const day = digits(month + 1, to, 2);
  if (day == 0) return 0;
  const next = byteAt(day, to);
  return next == SPACE || next == 0x54 ? timeOr(day, to) : day;
}

/** A time of day behind the byte at a place, or nothing. */
function timeOr(at: usize, to: usize): usize {
  const end = timeEnd(at + 1, to);
  return end ? end : at;
}

/** `10 13:55:36` or ` 9 13:55:36` at a place, behind the name of a month. */
export function dayEnd(at: usize, to: usize): usize {
  const day = byteAt(at, to) == SPACE ? digits(at + 1, to, 1) : digits(at, to, 2);
  return day != 0 && byteAt(day, to) == SPACE ? timeEnd(day + 1, to) : 0;
}

/** `13:55:36`, with a fraction and a zone behind or without. */
export function timeEnd(at: usize, to: usize): usize {
  for (let i = 0; i < 2; i++) {
    at = digits(at, to, 2);
    if (at == 0 || byteAt(at, to) != COLON) return 0;
    at++;
  }
  at = digits(at, to, 2);
  if (at == 0) return 0;
  const point = byteAt(at, to);
  if ((point == DOT || point == 0x2c) && isDigit(byteAt(at + 1, to))) at = pastDigits(at + 1, to);
  return zoneEnd(at, to);
}

function zoneEnd(at: usize, to: usize): usize {
  const first = byteAt(at, to);
  if (first == 0x5a) return at + 1;
  const sign = first == SPACE ? at + 1 : at;
  if (byteAt(sign, to) != PLUS && byteAt(sign, to) != MINUS) return at;
  const four = digits(sign + 1, to, 4);
  if (four) return four;
  const hour = digits(sign + 1, to, 2);
  const minute = hour != 0 && byteAt(hour, to) == COLON ? digits(hour + 1, to, 2) : 0;
  return minute ? minute : at;
}

/** Whether three letters are a month's; the fourth byte does not matter. */
export function isMonth(letters: u32): bool {
  return monthOf(letters) > 0;
}

/** The number of the month that three letters name, from 1; 0 if it is none. */
export function monthOf(letters: u32): i32 {
  switch (letters & 0xffffff) {
    case 0x6e614a:
      return 1;
    case 0x626546:
      return 2;
    case 0x72614d:
      return 3;
    case 0x727041:
      return 4;
    case 0x79614d:
      return 5;
    case 0x6e754a:
      return 6;
    case 0x6c754a:
      return 7;
    case 0x677541:
      return 8;
    case 0x706553:
      return 9;
    case 0x74634f:
      return 10;
    case 0x766f4e:
      return 11;
    case 0x636544:
      return 12;
    default:
      return 0;
  }
}

/** Four numbers of up to three digits, with points between them, that no fifth follows. */
export function ipv4End(at: usize, to: usize): usize {
  for (let i = 0; i < 4; i++) {
    if (i != 0 && byteAt(at++, to) != DOT) return 0;
    const start = at;
    at = pastDigits(at, to);
    if (at == start || at - start > 3) return 0;
  }
  return isFree(at, to) ? at : 0;
}

/** Whether neither a word nor a point and a digit follow. */
export function isFree(at: usize, to: usize): bool {
  const next = byteAt(at, to);
  return !isWord(next) && (next != DOT || !isDigit(byteAt(at + 1, to)));
}

/** `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, that no word follows. */
export function uuidEnd(at: usize, to: usize): usize {
  const end = at + 36;
  if (end > to || isWord(byteAt(end, to))) return 0;
  for (let i: usize = 0; i < 36; i++) {
    const byte = <u32>load<u8>(at + i);
    const isMinus = i == 8 || i == 13 || i == 18 || i == 23;
    if (isMinus ? byte != MINUS : !isHex(byte)) return 0;
  }
  return end;
}

/** Whether what has hexadecimal digits and colons alone is an address of IPv6. */
export function isIpv6(at: usize, end: usize): bool {
  let groups = 0;
  let gaps = 0;
  if (load<u8>(at) == COLON) {
    if (at + 1 == end || load<u8>(at, 1) != COLON) return false;
    gaps = 1;
    at += 2;
  }
  while (at < end) {
    const start = at;
    while (at < end && load<u8>(at) != COLON) at++;
    if (at == start || at - start > 4) return false;
    groups++;
    if (at == end) break;
    if (++at == end) return false; // one colon ends it
    if (load<u8>(at) == COLON) {
      gaps++;
      at++;
    }
  }
  return gaps == 0 ? groups == 8 : gaps == 1 && groups < 8;
}

/** Whether what has hexadecimal digits and colons alone is six pairs of digits. */
export function isMac(at: usize, end: usize): bool {
  if (end - at != 17) return false;
  for (let i: usize = 0; i < 17; i++) {
    if ((load<u8>(at + i) == COLON) != (i % 3 == 2)) return false;
  }
  return true;
}
