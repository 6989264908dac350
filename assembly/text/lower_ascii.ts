import { goesOn, POLL_BYTES } from "../memory/runtime";

/** Lower-cases the ASCII letters of a long word in place; writes within [from, end) only. */
export function lowerLetters(from: usize, end: usize): void {
  let at = from;
  for (; at + 8 <= end; at += 8) {
    const bytes = load<u64>(at);
    // No sum of the low seven bits carries into the next byte. Bit 7 of the sums says that the byte
    // is at least "A" (0x41 + 0x3f = 0x80), and at least "[" (0x5b + 0x25 = 0x80).
    const low = bytes & 0x7f7f7f7f7f7f7f7f;
    const fromA = low + 0x3f3f3f3f3f3f3f3f, beyondZ = low + 0x2525252525252525;
    const capitals = fromA & ~beyondZ & ~bytes & 0x8080808080808080;
    store<u64>(at, bytes | (capitals >>> 2));
    if (((at - from) & (POLL_BYTES - 1)) == POLL_BYTES - 8 && !goesOn()) return;
  }
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte - 0x41 <= 25) store<u8>(at, byte | 0x20);
  }
}
