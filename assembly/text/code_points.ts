// Single code points of well-formed UTF-8.

/** Bytes of the character that begins with `lead`. */
// @ts-ignore: decorator
@inline
export function charBytes(lead: u32): u32 {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** The code point of the sequence of `length` bytes at `at`. */
// @ts-ignore: decorator
@inline
export function decode(at: usize, length: u32): u32 {
  const lead: u32 = load<u8>(at);
  if (length == 1) return lead;
  const second: u32 = load<u8>(at, 1) & 0x3f;
  if (length == 2) return (lead & 0x1f) << 6 | second;
  const third: u32 = load<u8>(at, 2) & 0x3f;
  if (length == 3) return (lead & 0x0f) << 12 | second << 6 | third;
  return (lead & 0x07) << 18 | second << 12 | third << 6 | (<u32>load<u8>(at, 3) & 0x3f);
}

/** Writes a code point as UTF-8; returns the address behind it. */
export function encode(codePoint: u32, out: usize): usize {
  if (codePoint < 0x80) {
    store<u8>(out, codePoint);
    return out + 1;
  }
  if (codePoint < 0x800) {
    store<u8>(out, 0xc0 | (codePoint >> 6));
    store<u8>(out, 0x80 | (codePoint & 0x3f), 1);
    return out + 2;
  }
  if (codePoint < 0x10000) {
    store<u8>(out, 0xe0 | (codePoint >> 12));
    store<u8>(out, 0x80 | ((codePoint >> 6) & 0x3f), 1);
    store<u8>(out, 0x80 | (codePoint & 0x3f), 2);
    return out + 3;
  }
  store<u8>(out, 0xf0 | (codePoint >> 18));
  store<u8>(out, 0x80 | ((codePoint >> 12) & 0x3f), 1);
  store<u8>(out, 0x80 | ((codePoint >> 6) & 0x3f), 2);
  store<u8>(out, 0x80 | (codePoint & 0x3f), 3);
  return out + 4;
}
