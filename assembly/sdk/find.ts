/** Address of the first such byte in [at, end), or `end`. Reads up to 15 bytes beyond `end`. */
export function findByte(at: usize, end: usize, byte: u8): usize {
  const wanted = i8x16.splat(<i8>byte);
  for (; at < end; at += 16) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (hits != 0) return min(at + <usize>ctz(hits), end);
  }
  return end;
}

/** Address of the first byte in [at, end) that is one of two, or `end`. Reads as far as findByte. */
function findEither(at: usize, end: usize, one: u8, other: u8): usize {
  const first = i8x16.splat(<i8>one), second = i8x16.splat(<i8>other);
  for (; at < end; at += 16) {
    const bytes = v128.load(at);
    const hits = i8x16.bitmask(v128.or(i8x16.eq(bytes, first), i8x16.eq(bytes, second)));
    if (hits != 0) return min(at + <usize>ctz(hits), end);
  }
  return end;
}

const QUOTE: u8 = 0x22;

/**
 * Address of the first such byte in [at, end) that stands in no double quotes, or `end`. Each quote
 * opens or closes: a doubled one does both. Reads as far as findByte.
 */
export function findUnquoted(at: usize, end: usize, byte: u8): usize {
  while (true) {
    at = findEither(at, end, byte, QUOTE);
    if (at == end || load<u8>(at) == byte) return at;
    at = findByte(at + 1, end, QUOTE);
    if (at == end) return end;
    at++;
  }
}
