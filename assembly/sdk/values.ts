// What a kernel emits values by. `DOUBLES` and `DECIMALS` are constants of the file that the compiler
// writes for each kernel: whether values are doubles, or decimals. An error in here has no line of the
// user's, so the compiler looks for one with `strict_values.ts` in this file's place.

import { refuseLength } from "./buffer";
import { COMBINES, DECIMALS, DOUBLES } from "./build";
import { Chunk } from "./chunk";
import { refuseInteger, unitsOfBytes, unitsOfInteger, unitsOfText } from "./decimal";
import { refuseWhileCombining } from "./groups";
import { fail } from "./host";
import { putBytes, putText, refuseValue } from "./value_records";

/** Emits a text with a value. Emits nothing if the text is empty. */
export function emitValue<T>(key: string, value: T): void {
  if (COMBINES) refuseWhileCombining();
  if (key.length == 0) return;
  putText(key, bitsOf<T>(value));
}

/**
 * Emits a copy of `length` bytes, wherever they are, with a value. Emits nothing if there are no
 * bytes.
 */
// @ts-ignore: decorator
@inline
export function emitBytesValue<T>(start: usize, length: i32, value: T): void {
  if (COMBINES) refuseWhileCombining();
  if (length == 0) return;
  if (length < 0) refuseLength(length);
  putBytes(start, length, bitsOf<T>(value));
}

/** The 8 bytes of a value in a record. */
// @ts-ignore: decorator
@inline
function bitsOf<T>(value: T): u64 {
  if (DECIMALS) return <u64>unitsOf<T>(value);
  if (!isInteger<T>() && !isFloat<T>()) ERROR("Cannot emit value: it must be a number");
  if (DOUBLES) {
    const double = <f64>value;
    if (isFloat<T>() && !isFinite(double)) refuseValue(double.toString(), "it is not finite");
    return reinterpret<u64>(double);
  }
  if (isFloat<T>()) {
    ERROR('Cannot emit value: values are integers here; write export const value = "f64" for doubles, or <i64>value for a whole number');
  }
  // Every integer but half of these fits.
  if (!isSigned<T>() && sizeof<T>() == 8 && <i64>value < 0) {
    refuseValue((<u64>value).toString(), "it is greater than 9223372036854775807");
  }
  return <u64><i64>value;
}

/** The units of a decimal, which is a text, some bytes, or an integer. */
// @ts-ignore: decorator
@inline
function unitsOf<T>(value: T): i64 {
  if (isInteger<T>()) {
    if (!isSigned<T>() && sizeof<T>() == 8 && <i64>value < 0) refuseInteger(<u64>value);
    return unitsOfInteger(<i64>value);
  }
  if (isFloat<T>()) {
    ERROR("Cannot emit value: values are decimals here; give the text of the number, since a double is not exact");
  }
  if (!isReference<T>()) ERROR("Cannot emit value: it must be a text, a Chunk or an integer");
  // Behind a comparison with null, the type of an argument is what it was before.
  if (isNullable<T>() && changetype<usize>(value) == 0) fail("Cannot emit value: it is null");
  if (isString<T>()) return unitsOfText(changetype<string>(value));
  if (idof<T>() != idof<Chunk>()) {
    ERROR("Cannot emit value: it must be a text, a Chunk or an integer");
  }
  const bytes = changetype<Chunk>(value);
  return unitsOfBytes(bytes.start, bytes.end);
}
