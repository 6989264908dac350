// UTF-8 as the Unicode standard defines it (table 3-7), sequence by sequence.

/**
 * Length of the sequence that starts at `at` (before `end`) when it is well-formed, and the
 * negated length of the maximal subpart there when it is not.
 */
export function sequenceLength(at: usize, end: usize): i32 {
  const lead: u32 = load<u8>(at);
  if (lead < 0x80) return 1;
  if (lead - 0xc2 > 0xf4 - 0xc2) return -1; // a continuation, an overlong lead, or beyond U+10FFFF
  if (at + 1 == end) return -1;
  // Only the second byte's range depends on the lead: it keeps out overlong forms, surrogates and
  // what lies beyond U+10FFFF.
  const least: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const most: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  const second: u32 = load<u8>(at, 1);
  if (second < least || second > most) return -1;
  if (lead < 0xe0) return 2;
  if (at + 2 == end || (load<u8>(at, 2) & 0xc0) != 0x80) return -2;
  if (lead < 0xf0) return 3;
  if (at + 3 == end || (load<u8>(at, 3) & 0xc0) != 0x80) return -3;
  return 4;
}
