// Keys as rows have them. Each function copies 16 bytes at a time and looks at all of them at once; a
// key with something to escape is written byte by byte. All read and write up to 16 bytes beyond the
// key, and return the address behind what they wrote.

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const COMMA: u8 = 0x2c;
const SPACE: u8 = 0x20;
const LINE_FEED: u8 = 0x0a;
const RETURN: u8 = 0x0d;
const TAB: u8 = 0x09;

/** How line ends beyond ASCII begin: U+0085 is C2 85; U+2028 and U+2029 are E2 80 A8 and E2 80 A9. */
const NEL_LEAD: u8 = 0xc2;
const SEPARATOR_LEAD: u8 = 0xe2;

// @ts-ignore: decorator
@inline
function equals(bytes: v128, byte: u8): v128 {
  return i8x16.eq(bytes, i8x16.splat(<i8>byte));
}

/** Of the marked bytes those before `end`, where the bytes begin at `at`. */
// @ts-ignore: decorator
@inline
function marksBefore(marks: v128, at: usize, end: usize): u32 {
  const mask = <u32>i8x16.bitmask(marks);
  const left = end - at;
  return left >= 16 ? mask : mask & ((<u32>1 << <u32>left) - 1);
}

/** The inside of a JSON string. */
// @ts-ignore: decorator
@inline
export function writeJson(key: usize, bytes: usize, out: usize): usize {
  const end = key + bytes;
  let to = out;
  for (let at = key; at < end; at += 16, to += 16) {
    const part = v128.load(at);
    const quotes = v128.or(equals(part, QUOTE), equals(part, BACKSLASH));
    const controls = i8x16.lt_u(part, i8x16.splat(<i8>SPACE));
    const leads = v128.or(equals(part, NEL_LEAD), equals(part, SEPARATOR_LEAD));
    if (marksBefore(v128.or(v128.or(quotes, controls), leads), at, end) != 0) {
      return escapeJson(at, end, to);
    }
    v128.store(to, part);
  }
  return out + bytes;
}

function escapeJson(at: usize, end: usize, out: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    const lineEnd = byte == NEL_LEAD || byte == SEPARATOR_LEAD ? lineEndAt(at, end) : 0;
    if (lineEnd != 0) {
      out = writeUnit(lineEnd, out);
      at += byte == NEL_LEAD ? 2 : 3;
      continue;
    }
    at++;
    if (byte == QUOTE || byte == BACKSLASH) {
      out = writeEscape(byte, out);
    } else if (byte >= SPACE) {
      store<u8>(out++, byte);
    } else if (byte == LINE_FEED) {
      out = writeEscape(0x6e, out);
    } else if (byte == RETURN) {
      out = writeEscape(0x72, out);
    } else if (byte == TAB) {
      out = writeEscape(0x74, out);
    } else {
      out = writeUnit(byte, out);
    }
  }
  return out;
}

/** The code point of the line end beyond ASCII that begins here; 0 if none does. */
function lineEndAt(at: usize, end: usize): u32 {
  if (load<u8>(at) == NEL_LEAD) return at + 1 < end && load<u8>(at, 1) == 0x85 ? 0x85 : 0;
  if (at + 2 >= end || load<u8>(at, 1) != 0x80) return 0;
  const last = load<u8>(at, 2);
  return last == 0xa8 ? 0x2028 : last == 0xa9 ? 0x2029 : 0;
}

function writeEscape(byte: u8, out: usize): usize {
  store<u8>(out, BACKSLASH);
  store<u8>(out, byte, 1);
  return out + 2;
}

/** `\u` and four hexadecimal digits. */
function writeUnit(unit: u32, out: usize): usize {
  out = writeEscape(0x75, out);
  for (let shift: i32 = 12; shift >= 0; shift -= 4) {
    const digit = <u8>((unit >>> shift) & 15);
    store<u8>(out++, digit + (digit < 10 ? <u8>0x30 : <u8>0x57));
  }
  return out;
}

/** A field of CSV (RFC 4180), in quotes if it needs them, or has a space at an end. */
// @ts-ignore: decorator
@inline
export function writeCsv(key: usize, bytes: usize, out: usize): usize {
  const end = key + bytes;
  if (bytes == 0 || load<u8>(key) == SPACE || load<u8>(end - 1) == SPACE) {
    return quoteCsv(key, end, out);
  }
  let to = out;
  for (let at = key; at < end; at += 16, to += 16) {
    const part = v128.load(at);
    const separators = v128.or(equals(part, COMMA), equals(part, QUOTE));
    const lineEnds = v128.or(equals(part, LINE_FEED), equals(part, RETURN));
    if (marksBefore(v128.or(separators, lineEnds), at, end) != 0) return quoteCsv(key, end, out);
    v128.store(to, part);
  }
  return out + bytes;
}

function quoteCsv(at: usize, end: usize, out: usize): usize {
  store<u8>(out++, QUOTE);
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == QUOTE) store<u8>(out++, QUOTE);
    store<u8>(out++, byte);
  }
  store<u8>(out++, QUOTE);
  return out;
}

/** The key as it is; returns 0 for one with a line feed. */
// @ts-ignore: decorator
@inline
export function writeLine(key: usize, bytes: usize, out: usize): usize {
  const end = key + bytes;
  let to = out;
  for (let at = key; at < end; at += 16, to += 16) {
    const part = v128.load(at);
    if (marksBefore(equals(part, LINE_FEED), at, end) != 0) return 0;
    v128.store(to, part);
  }
  return out + bytes;
}
