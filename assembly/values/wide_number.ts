import { highProduct } from "./quotient";

// Numbers of up to 192 bits, in three words: low + 2^64 × (high + 2^64 × top), where low has a sign, as
// in wide_sum.ts, and high | top are one number of 128 bits. So a number of one word has zeroes above.

/** The result of the last call. */
export let low: i64 = 0;
export let high: i64 = 0;
export let top: i64 = 0;

/** Multiplies a number; the product has at most 192 bits. */
export function multiply(lowWord: i64, highWord: i64, topWord: i64, by: u64): void {
  // As one number of 192 bits: a product of its words is right, but for bits that fall out above.
  const sign = lowWord >> 63;
  const second = <u64>(highWord + sign);
  const third = <u64>(topWord - <i64>(sign != 0 && highWord == 0));
  const carried = highProduct(<u64>lowWord, by);
  const upper = second * by + carried;
  low = lowWord * <i64>by;
  high = <i64>upper;
  top = <i64>(third * by + highProduct(second, by) + <u64>(upper < carried));
  giveSign();
}

/** Divides the last result by a number from 1 to 2^56 - 1, down to the next integer. */
export function divide(by: u64): void {
  const sign = low >> 63;
  let above = <u64>(top - <i64>(sign != 0 && high == 0));
  let upper = <u64>(high + sign);
  let lower = <u64>low;
  const isNegative = <i64>above < 0;
  if (isNegative) { // of -x - 1, rounded towards zero, the complement is x, rounded down
    above = ~above;
    upper = ~upper;
    lower = ~lower;
  }
  rest = 0;
  above = divideWord(above, by);
  upper = divideWord(upper, by);
  lower = divideWord(lower, by);
  const mask: u64 = isNegative ? -1 : 0;
  top = <i64>(above ^ mask);
  high = <i64>(upper ^ mask);
  low = <i64>(lower ^ mask);
  giveSign();
}

/** What the words divided so far have left. */
let rest: u64 = 0;

/** The next word of a quotient, a byte at a time: a rest and one byte more fit in a word. */
function divideWord(word: u64, by: u64): u64 {
  if ((rest | word) == 0) return 0;
  let quotient: u64 = 0;
  for (let shift: i32 = 56; shift >= 0; shift -= 8) {
    const part = (rest << 8) | ((word >>> shift) & 0xff);
    const digit = part / by;
    rest = part - digit * by;
    quotient = (quotient << 8) | digit;
  }
  return quotient;
}

/** From one number of 192 bits to a low word with a sign. */
function giveSign(): void {
  if (low >= 0) return;
  high++;
  top += <i64>(high == 0);
}
