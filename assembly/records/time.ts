import { dayOf, day, floorDivide, month, setDate, year } from "./calendar";
import { extractorAt, extractorCount, firstTime, plan } from "./plan";
import {
  TIME_COUNT, TIME_KEPT_FROM, TIME_KEPT_TEXT, TIME_KEPT_TO, TIME_SLOT, TIME_UNIT, TIME_UNTIL, UNIT_MONTH, UNIT_WEEK,
} from "./plan_layout";
import { isLocal, readTime, seconds } from "./read_time";
import { endOf, setSlot, startOf } from "./slots";
import { beginOf, instantOf, offsetOf, segmentAt, segmentOfWall, stopOf } from "./zone";

// Buckets of time: what a part of the record says, rounded down on the wall clock of a zone. Records
// mostly stand in the order of time, so a bucket is kept with its text, in the plan, for the next one.

const DAY: i64 = 86_400;
/** The day 0 was a Thursday; weeks begin on Mondays. */
const DAYS_SINCE_MONDAY: i64 = 3;
/** Of the years 1 and 10000, on any wall clock. */
const FIRST_WALL: i64 = -62_135_596_800;
const LAST_WALL: i64 = 253_402_300_800;

/** The bucket in hand, on the wall clock. */
let begin: i64 = 0;
let stop: i64 = 0;

/** Puts the buckets of the record in hand into their slots, once all other parts are found. */
export function findTimes(): void {
  for (let slot = firstTime; slot < extractorCount; slot++) findTime(slot, plan + load<u32>(extractorAt(slot), 4));
}

function findTime(slot: u32, table: usize): void {
  const source = load<u32>(table, TIME_SLOT);
  const start = startOf(source);
  if (start == endOf(source) || !readTime(start, endOf(source))) return setSlot(slot, 0, 0);
  const instant = isLocal ? instantOf(table, seconds) : seconds;
  if (instant < load<i64>(table, TIME_KEPT_FROM) || instant >= load<i64>(table, TIME_KEPT_TO)) {
    if (!keepBucket(table, instant)) return setSlot(slot, 0, 0);
  }
  setSlot(slot, table + TIME_KEPT_TEXT, table + TIME_KEPT_TEXT + 25);
}

/** Keeps the bucket of a point in time; false if the zone's table or the calendar does not reach there. */
function keepBucket(table: usize, instant: i64): bool {
  if (instant >= load<i64>(table, TIME_UNTIL)) return false;
  const segment = segmentAt(table, instant);
  let offset = offsetOf(table, segment);
  const wall = instant + offset;
  if (wall < FIRST_WALL || wall >= LAST_WALL) return false;
  setBucket(table, wall);
  store<i64>(table, max(beginOf(table, segment), begin - offset), TIME_KEPT_FROM);
  store<i64>(table, min(stopOf(table, segment), stop - offset), TIME_KEPT_TO);
  let start = begin - offset;
  // Within a day, an hour that comes twice makes two buckets. A day is one, wherever it begins twice.
  if (stop - begin >= DAY || start < beginOf(table, segment)) {
    const first = segmentOfWall(table, begin);
    offset = offsetOf(table, first);
    start = max(beginOf(table, first), begin - offset); // the first moment behind a gap
  }
  writeTime(table + TIME_KEPT_TEXT, start + offset, offset);
  return true;
}

/** Rounds a time of the wall clock down, and finds where the next bucket begins. */
function setBucket(table: usize, wall: i64): void {
  const unit = load<u32>(table, TIME_UNIT);
  const count = <i64>load<u32>(table, TIME_COUNT);
  if (unit == UNIT_MONTH) {
    setDate(floorDivide(wall, DAY));
    const months = year * 12 + month - 1;
    begin = beginOfMonth(months - months % count);
    stop = beginOfMonth(months - months % count + count);
    return;
  }
  const length = unit == UNIT_WEEK ? 7 * DAY : count;
  const shift = unit == UNIT_WEEK ? DAYS_SINCE_MONDAY * DAY : 0;
  begin = floorDivide(wall + shift, length) * length - shift;
  stop = begin + length;
}

/** Months are counted from the first one of the year 0. */
function beginOfMonth(months: i64): i64 {
  return dayOf(months / 12, months % 12 + 1, 1) * DAY;
}

/** Writes `2000-10-10T13:55:00-07:00`. */
function writeTime(at: usize, wall: i64, offset: i64): void {
  const days = floorDivide(wall, DAY);
  const second = wall - days * DAY;
  setDate(days);
  writeTwo(at, year / 100);
  writeTwo(at + 2, year % 100);
  store<u8>(at, 0x2d, 4);
  writeTwo(at + 5, month);
  store<u8>(at, 0x2d, 7);
  writeTwo(at + 8, day);
  store<u8>(at, 0x54, 10);
  writeTwo(at + 11, second / 3600);
  store<u8>(at, 0x3a, 13);
  writeTwo(at + 14, second / 60 % 60);
  store<u8>(at, 0x3a, 16);
  writeTwo(at + 17, second % 60);
  store<u8>(at, offset < 0 ? 0x2d : 0x2b, 19);
  const minutes = ((offset < 0 ? -offset : offset) + 30) / 60;
  writeTwo(at + 20, minutes / 60);
  store<u8>(at, 0x3a, 22);
  writeTwo(at + 23, minutes % 60);
}

function writeTwo(at: usize, number: i64): void {
  store<u8>(at, <u8>(0x30 + number / 10));
  store<u8>(at, <u8>(0x30 + number % 10), 1);
}
