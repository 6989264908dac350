// Whitespace of Python's str.split().

/**
 * Length of the whitespace character that starts at `at`, or 0 when none does. `at` is the start
 * of a character of well-formed UTF-8, or a continuation, which starts nothing.
 */
export function spaceLength(at: usize): u32 {
  const byte: u32 = load<u8>(at);
  if (byte < 0x80) return u32(byte - 0x09 < 5 || byte - 0x1c < 5);
  return wideSpaceLength(at);
}

/** The same where a byte beyond ASCII stands at `at`. */
export function wideSpaceLength(at: usize): u32 {
  const lead: u32 = load<u8>(at);
  const second: u32 = load<u8>(at, 1);
  if (lead == 0xc2) return second == 0x85 || second == 0xa0 ? 2 : 0; // U+0085, U+00A0
  const third: u32 = load<u8>(at, 2);
  if (lead == 0xe2) {
    if (second == 0x81) return third == 0x9f ? 3 : 0; // U+205F
    if (second != 0x80) return 0;
    const space = third <= 0x8a || third == 0xa8 || third == 0xa9 || third == 0xaf;
    return space ? 3 : 0; // U+2000-200A, U+2028, U+2029, U+202F
  }
  if (lead == 0xe3) return second == 0x80 && third == 0x80 ? 3 : 0; // U+3000
  if (lead == 0xe1) return second == 0x9a && third == 0x80 ? 3 : 0; // U+1680
  return 0;
}
