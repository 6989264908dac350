import { TIME_LISTS, TIME_SEGMENT_BYTES, TIME_SEGMENTS } from "./plan_layout";

// A time zone as a list of segments, in each of which the wall clock has one offset. A segment is where
// the clock goes; its wall clock ends where that offset does. In a fold two segments have the same wall
// clock, and in a gap none has.

// @ts-ignore: decorator
@inline
export function beginOf(table: usize, segment: u32): i64 {
  return load<i64>(table + TIME_LISTS + segment * TIME_SEGMENT_BYTES);
}

// @ts-ignore: decorator
@inline
export function offsetOf(table: usize, segment: u32): i64 {
  return load<i64>(table + TIME_LISTS + segment * TIME_SEGMENT_BYTES, 8);
}

/** The end of a segment. */
export function stopOf(table: usize, segment: u32): i64 {
  return segment + 1 < load<u32>(table, TIME_SEGMENTS) ? beginOf(table, segment + 1) : i64.MAX_VALUE >> 1;
}

/** The segment of a point in time. */
export function segmentAt(table: usize, instant: i64): u32 {
  return find(table, instant, false);
}

/** The first segment whose wall clock goes beyond a time. */
export function segmentOfWall(table: usize, wall: i64): u32 {
  return find(table, wall, true);
}

/** The first segment that ends behind a time, on the wall clock or off it. */
function find(table: usize, time: i64, isWall: bool): u32 {
  let low: u32 = 0, high = load<u32>(table, TIME_SEGMENTS) - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const stop = stopOf(table, middle) + (isWall ? offsetOf(table, middle) : 0);
    if (stop > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The point in time of a wall clock: the first one in a fold, and in a gap what it would be, had the
 * clock not been moved, as RFC 5545 has it.
 */
export function instantOf(table: usize, wall: i64): i64 {
  const segment = segmentOfWall(table, wall);
  const instant = wall - offsetOf(table, segment);
  return instant < beginOf(table, segment) ? wall - offsetOf(table, segment - 1) : instant;
}
