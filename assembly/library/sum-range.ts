// Sums ranges of integers: a line is `from to`, both of which are in the range. The key is `sum`. It
// adds one number after the other, since it is there to see how cores share work.
import { emitValue, fail } from "millrace";

/** No integer of a range is further from 0, 2^40. */
const MOST: i64 = 1_099_511_627_776;
/** So many of them have a sum within 64 bits; the sum of the sums may be beyond. */
const AT_ONCE: i64 = 1_048_576;

function readBound(text: string, line: string): i64 {
  const bound = I64.parseInt(text);
  if (text != bound.toString() || bound < -MOST || bound > MOST) {
    fail("Cannot sum range: '" + line + "' is not two integers within 2^40 of 0");
  }
  return bound;
}

export function map(line: string): void {
  const text = line.trim();
  if (text.length == 0) return;
  const bounds = text.split(" ");
  if (bounds.length != 2) fail("Cannot sum range: '" + line + "' is not two integers");
  const to = readBound(bounds[1], line);
  let at = readBound(bounds[0], line);
  while (at <= to) {
    const last = min(to, at + AT_ONCE - 1);
    let sum: i64 = 0;
    for (; at <= last; at++) sum += at;
    emitValue("sum", sum);
  }
}
