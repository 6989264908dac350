// Days of the Gregorian calendar, which goes on before it was made, as ISO 8601 has it. The day 0 is
// 1970-01-01. Years begin in March within, so that a leap day is the last one (Howard Hinnant's
// "chrono-compatible low-level date algorithms").

const DAYS_OF_ERA: i64 = 146_097; // 400 years
const DAYS_BEFORE_1970: i64 = 719_468; // since 0000-03-01

export let year: i64 = 0;
/** From 1. */
export let month: i64 = 0;
export let day: i64 = 0;

/** The day of a date; years are at least 0. */
export function dayOf(year: i64, month: i64, day: i64): i64 {
  const y = month <= 2 ? year - 1 : year;
  const era = floorDivide(y, 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * DAYS_OF_ERA + dayOfEra - DAYS_BEFORE_1970;
}

/** Sets year, month and day to those of a day. */
export function setDate(days: i64): void {
  const shifted = days + DAYS_BEFORE_1970;
  const era = floorDivide(shifted, DAYS_OF_ERA);
  const dayOfEra = shifted - era * DAYS_OF_ERA;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
  month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  year = yearOfEra + era * 400 + <i64>(month <= 2);
}

/** Days of a month, of 1 to 12. */
export function daysIn(year: i64, month: i64): i64 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// @ts-ignore: decorator
@inline
export function floorDivide(a: i64, b: i64): i64 {
  const quotient = a / b;
  return quotient - <i64>(a < quotient * b);
}
