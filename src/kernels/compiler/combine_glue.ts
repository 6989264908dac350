import { heldAs } from "../../contract/decimals.ts";
import type { Survey } from "./survey.ts";

/**
 * Writes the exports of a kernel that combines its values itself. A value that is there often is
 * combined with itself by doubling, which a function that is associative allows: its count may be in
 * the billions. What `combine` allocates is gone with each record, since values are numbers.
 */
export function writeCombine({ values, combine }: Survey): string {
  if (!combine || !values) return "";
  const value = heldAs(values.value);
  const last = combine.finishes ? "finish(checkState(state))" : "state";
  return `
export function mr_combine(at: usize, bytes: i32): void {
  combineGroups(at, bytes, false);
}

export function mr_finish(at: usize, bytes: i32): void {
  combineGroups(at, bytes, true);
}

function combineGroups(at: usize, bytes: i32, isLast: bool): void {
  beginGroups(at, bytes);
  while (nextGroup()) {
    let region = mark();
    let state = repeat(valueOf<${value}>(), countOf());
    release(region);
    while (nextOfGroup()) {
      region = mark();
      state = combine(state, repeat(valueOf<${value}>(), countOf()));
      release(region);
    }
    region = mark();
    putState(isLast ? ${last} : state);
    release(region);
  }
  endGroups();
}

function repeat(value: ${value}, count: u32): ${value} {
  let state = value;
  for (let left = count - 1; left != 0;) {
    if ((left & 1) != 0) state = combine(state, value);
    left >>>= 1;
    if (left != 0) value = combine(value, value);
  }
  return state;
}
`;
}
