/**
 * What stands first in functions and methods of asc's library, by the names of its sources, where it
 * is slow or wrong. Parameters are those of the library, unless they are given here; functions that
 * it lacks are of the SDK.
 */
export const LIBRARY_CHANGES: Readonly<Record<string, string>> = {
  "~lib/string.ts": `class String {
  static fromCharCode(unit: i32, surr: i32 = i32.MIN_VALUE): String {
    if (surr != i32.MIN_VALUE) return pairOf(unit, surr);
  }
  indexOf(): i32 {
    if (search.length == 0) return min(max(start, 0), this.length);
  }
  lastIndexOf(): i32 {
    if (search.length == 0) return min(max(start, 0), this.length);
  }
  substr(): String {
    start = min(start, this.length);
  }
  substring(): String {
    return substringOf(this, start, end);
  }
  split(): String[] {
    if (isOneUnit(this, separator, limit)) return splitBy(this, changetype<String>(separator));
  }
  trim(): String {
    return trimOf(this);
  }
  padStart(): String {
    if (length <= this.length) return this;
  }
  padEnd(): String {
    if (length <= this.length) return this;
  }
  replace(): String {
    return replaceIn(this, search, replacement);
  }
  replaceAll(): String {
    return replaceAllIn(this, search, replacement);
  }
  toLowerCase(): String {
    return lowerOf(this);
  }
  toUpperCase(): String {
    return upperOf(this);
  }
}`,
  "~lib/array.ts": `class Array<T> {
  copyWithin(): Array<T> {
    if (itemsToCopy(target, start, end, this.length) <= 0) return this;
  }
}`,
  "~lib/staticarray.ts": `class StaticArray<T> {
  copyWithin(): StaticArray<T> {
    if (itemsToCopy(target, start, end, this.length) <= 0) return this;
  }
}`,
  "~lib/typedarray.ts": `function COPY_WITHIN<TArray>(): TArray {
  if (itemsToCopy(target, start, end, array.length) <= 0) return array;
}`,
  // Those that read are of `parse_methods.ts`; asc joins an array of one i64 by its lower half.
  "~lib/util/string.ts": `function strtol<T>(): T {
  return integerOf<T>(str, radix);
}
function strtod(): f64 {
  return floatOf(str);
}
function joinIntegerArray<T>(): string {
  if (length == 1) return load<T>(dataStart).toString();
}`,
  // A negative index was compared as an unsigned one.
  "~lib/util/bytes.ts": `function FILL<T>(): void {
  if (start < 0) start = max<isize>(<isize>len + start, 0);
  if (end < 0) end = max<isize>(<isize>len + end, 0);
}`,
  // Differences of two numbers overflow; equal items changed places when the left run came to an end.
  "~lib/util/sort.ts": `function COMPARATOR<T>(): Comparator<T> {
  if (isInteger<T>()) return (a, b) => i32(a > b) - i32(a < b);
}
function mergeRuns<T>(): void {
  const left = <usize>(m - l) << alignof<T>();
  const end = ptr + (<usize>(r + 1) << alignof<T>());
  let at = ptr + (<usize>l << alignof<T>());
  let right = ptr + (<usize>m << alignof<T>());
  memory.copy(buffer, at, left);
  let taken: usize = 0;
  while (taken < left && right < end) {
    if (comparator(load<T>(right), load<T>(buffer + taken)) < 0) {
      store<T>(at, load<T>(right));
      right += sizeof<T>();
    } else {
      store<T>(at, load<T>(buffer + taken));
      taken += sizeof<T>();
    }
    at += sizeof<T>();
  }
  memory.copy(at, buffer + taken, left - taken);
  return;
}`,
};
