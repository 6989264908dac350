import { setSideEnd, sideEnd } from "./quotes";
import { setSlot } from "./slots";
import {
  byteAt, dateEnd, dayEnd, ipv4End, isDigit, isFree, isHex, isIpv6, isMac, isMonth, isWord, numberEnd, uuidEnd,
} from "./template_rules";

// Masks what differs between lines that one statement of a program writes: numbers, dates, addresses and
// what stands in quotes. Goes from digit to digit, and from quote to quote, and looks which rule fits the
// place: the one that begins first, and of those the first one.

const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;
const COLON: u32 = 0x3a;

/** Masks: bytes from the lowest up. */
const NUM: u64 = 0x3e6d756e3c;
const HEX: u64 = 0x3e7865683c;
const UUID: u64 = 0x3e646975753c;
const IP: u64 = 0x3e70693c;
const DATE: u64 = 0x3e657461643c;
const STR: u64 = 0x3e7274733c;

/** The record in hand; up to `done` it is written to `out`. */
let first: usize = 0;
let done: usize = 0;
let out: usize = 0;
/** Up to here, what has hexadecimal digits and colons has been looked at. */
let seen: usize = 0;

/** Puts a record's template into a slot. It has at most 3 bytes for each of the record's, and 2 more. */
export function findTemplate(slot: u32, from: usize, to: usize): void {
  const start = sideEnd;
  first = done = seen = from;
  out = start;
  let hasQuotes = true;
  let at = nextPlace(from, to);
  while (at < to) {
    if (load<u8>(at) == QUOTE) {
      const close = hasQuotes && !isEscaped(at) ? closingQuote(at + 1, to) : at;
      if (close == to) hasQuotes = false;
      else if (close != at) mask(at, close + 1, STR);
      at = max(at + 1, done);
    } else {
      at = maskDigits(at, to);
    }
    at = nextPlace(at, to);
  }
  if (done == from) return setSlot(slot, from, to);
  write(to);
  setSideEnd(out);
  setSlot(slot, start, out);
}

/** The next digit or quote. Reads some bytes beyond. */
// @ts-ignore: decorator
@inline
function nextPlace(at: usize, to: usize): usize {
  for (; at < to; at += 16) {
    const bytes = v128.load(at);
    const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
    const places = i8x16.bitmask(v128.or(digits, i8x16.eq(bytes, i8x16.splat(<i8>QUOTE))));
    if (places) return min(at + ctz(places), to);
  }
  return to;
}

// @ts-ignore: decorator
@inline
function isEscaped(at: usize): bool {
  return at > first && load<u8>(at - 1) == BACKSLASH;
}

/** The next quote without a backslash before it, `to` if there is none. */
function closingQuote(at: usize, to: usize): usize {
  while (at < to && (load<u8>(at) != QUOTE || load<u8>(at - 1) == BACKSLASH)) at++;
  return at;
}

/** Masks what holds the digit at a place, if anything. Returns where to go on. */
function maskDigits(at: usize, to: usize): usize {
  if (isDay(at) && maskDay(at, to)) return done;
  if (at >= seen && maskColons(at, to)) return done;
  let start = at;
  while (start > done && isWord(load<u8>(start - 1))) start--;
  let end = at;
  if (start == first || !isWord(load<u8>(start - 1))) {
    if (maskWord(start, at, to)) return done;
  }
  while (end < to && isWord(load<u8>(end))) end++;
  return end;
}

/** Whether a blank stands before the digit, as in `Oct 10`. */
// @ts-ignore: decorator
@inline
function isDay(at: usize): bool {
  return at >= done + 4 && load<u8>(at - 1) == 0x20;
}

function maskDay(at: usize, to: usize): bool {
  const isPadded = load<u8>(at - 2) == 0x20;
  const day = isPadded ? at - 1 : at;
  const month = day - 4;
  if (month < done || !isMonth(load<u32>(month)) || month > first && isWord(load<u8>(month - 1))) return false;
  const end = dayEnd(day, to);
  return end != 0 && mask(month, end, DATE);
}

/** An address of IPv6 or of Ethernet that the digit is of. */
function maskColons(at: usize, to: usize): bool {
  let start = at, end = at;
  let hasColon = false;
  for (; start > done && isHexOrColon(load<u8>(start - 1)); start--) hasColon = hasColon || load<u8>(start - 1) == COLON;
  for (; end < to && isHexOrColon(load<u8>(end)); end++) hasColon = hasColon || load<u8>(end) == COLON;
  seen = end;
  if (!hasColon || !isFree(end, to)) return false;
  if (start > first && (isWord(load<u8>(start - 1)) || load<u8>(start - 1) == COLON)) return false;
  if (isMac(start, end)) return mask(start, end, HEX);
  return isIpv6(start, end) && mask(start, end, IP);
}

// @ts-ignore: decorator
@inline
function isHexOrColon(byte: u32): bool {
  return isHex(byte) || byte == COLON;
}

/** Masks what begins with the word at `start`, whose first digit stands at `at`. */
function maskWord(start: usize, at: usize, to: usize): bool {
  const uuid = isHex(load<u8>(start)) ? uuidEnd(start, to) : 0;
  if (uuid) return mask(start, uuid, UUID);
  if (start == at) {
    const date = dateEnd(at, to);
    if (date) return mask(at, date, DATE);
    const ip = ipv4End(at, to);
    if (ip) return mask(at, ip, IP);
    if (load<u8>(at) == 0x30 && (byteAt(at + 1, to) | 0x20) == 0x78 && isHex(byteAt(at + 2, to))) {
      return mask(at, pastHex(at + 2, to), HEX);
    }
  }
  const hex = pastHex(start, to);
  if (hex - start >= 8 && hasLetter(start, hex) && !isWord(byteAt(hex, to))) return mask(start, hex, HEX);
  return start == at && mask(at, numberEnd(at, to), NUM);
}

function pastHex(at: usize, to: usize): usize {
  while (isHex(byteAt(at, to))) at++;
  return at;
}

function hasLetter(at: usize, end: usize): bool {
  while (at < end && isDigit(load<u8>(at))) at++;
  return at < end;
}

/** Writes what stands before a place, and a mask for what stands there. */
// @ts-ignore: decorator
@inline
function mask(start: usize, end: usize, text: u64): bool {
  write(start);
  store<u64>(out, text);
  out += 8 - (<usize>clz(text) >>> 3);
  done = end;
  return true;
}

/** Writes what is not written up to a place. Reads and writes some bytes beyond. */
// @ts-ignore: decorator
@inline
function write(to: usize): void {
  const bytes = to - done;
  if (bytes > 64) memory.copy(out, done, bytes);
  else for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, v128.load(done + i));
  out += bytes;
}
