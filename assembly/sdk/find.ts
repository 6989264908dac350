/** Address of the first such byte in [at, end), or `end`. Reads up to 15 bytes beyond `end`. */
export function findByte(at: usize, end: usize, byte: u8): usize {
  const wanted = i8x16.splat(<i8>byte);
  for (; at < end; at += 16) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (hits != 0) return min(at + <usize>ctz(hits), end);
  }
  return end;
}
