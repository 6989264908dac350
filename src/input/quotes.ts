// Quotes of CSV (RFC 4180). Each opens or closes, and a doubled one does both: a place stands between
// quotes if the number of quotes before it is odd.

export const QUOTE = 0x22;

const WORD_BYTES = 4;
const QUOTES = 0x22222222;
const LOW_BITS = 0x7f7f7f7f;

/** Whether the number of quotes in the first bytes of a text is odd: four bytes at a time. */
export function holdOddQuotes(text: Uint8Array, length = text.length): boolean {
  const before = -text.byteOffset & (WORD_BYTES - 1);
  const count = Math.max(0, length - before) >> 2;
  let odd = false;
  let at = 0;
  if (count > 0) {
    const words = new Int32Array(text.buffer, text.byteOffset + before, count);
    const high = quoteBits(words);
    odd = isOdd(high >>> 7 ^ high >>> 15 ^ high >>> 23 ^ high >>> 31);
    for (; at < before; at++) if (text[at] === QUOTE) odd = !odd;
    at += count * WORD_BYTES;
  }
  for (; at < length; at++) if (text[at] === QUOTE) odd = !odd;
  return odd;
}

/** For each byte of a word, in its high bit, whether an odd number of the words have a quote there. */
function quoteBits(words: Int32Array): number {
  let bits = 0;
  for (let i = 0; i < words.length; i++) {
    const bytes = words[i] ^ QUOTES;
    bits ^= ((bytes & LOW_BITS) + LOW_BITS) | bytes; // the high bit of a byte is 0 for a quote
  }
  return words.length % 2 === 0 ? bits : ~bits;
}

function isOdd(number: number): boolean {
  return (number & 1) !== 0;
}
