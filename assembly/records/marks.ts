import { poll, POLL_BYTES } from "./host";
import { delimiter, recordKind, separatedCount } from "./plan";
import { RECORDS_CSV } from "./plan_layout";
import { marks, text, textEnd } from "./regions";

// Marks where records and their parts end, as two words for each 64 bytes: a bit for each end of a part
// or a record, and a bit for each end of a record alone.
//
//   rows   ends  = delimiters and line feeds that stand in no quotes
//   lines  ends  = line feeds; with fields also the first blank behind each of them
//
// Whether a byte stands in quotes: the xor of all bits of quotes up to it. A mark behind the text ends
// the last record, if no line feed does.

/** What is loaded stays in a register; V8 makes a constant vector anew at each use. */
export const LINE_FEED = memory.data<u8>([0x0a], 1);
export const QUOTE = memory.data<u8>([0x22], 1);
const SPACE = memory.data<u8>([0x20], 1);
const TAB = memory.data<u8>([0x09], 1);

const FEED: u8 = 0x0a;

/** Whether a quote stands in the text. */
export let hasQuotes: bool = false;
/** Whether the last row ends within quotes. */
export let endsQuoted: bool = false;
/** Line feeds in quotes, and those that markLines() has seen. */
export let quotedFeeds: u32 = 0;
export let markedFeeds: u32 = 0;

/** Whether the chunk in hand is marked. */
let isMarked: bool = false;

/** The chunk in hand is a new one: as long as it is not marked, it has no quotes. */
export function clearMarks(): void {
  isMarked = false;
  hasQuotes = false;
  endsQuoted = false;
  quotedFeeds = 0;
  markedFeeds = 0;
}

/** Marks the chunk in hand, unless that is done. */
export function markRecords(): void {
  if (isMarked) return;
  isMarked = true;
  if (recordKind == RECORDS_CSV) markRows();
  else if (separatedCount == 0) markLines();
  else markFields();
}

/** Bits of four vectors of bytes that are 0 or -1. */
// @ts-ignore: decorator
@inline
function bitsOf(a: v128, b: v128, c: v128, d: v128): u64 {
  return <u64><u32>i8x16.bitmask(a) | <u64><u32>i8x16.bitmask(b) << 16 |
    <u64><u32>i8x16.bitmask(c) << 32 | <u64><u32>i8x16.bitmask(d) << 48;
}

// @ts-ignore: decorator
@inline
function isEither(bytes: v128, a: v128, b: v128): v128 {
  return v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b));
}

/** Each bit becomes the xor of all bits up to it. */
// @ts-ignore: decorator
@inline
export function prefixXor(bits: u64): u64 {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ bits << 32;
}

function markRows(): void {
  const quote = v128.load_splat<u8>(QUOTE), feed = v128.load_splat<u8>(LINE_FEED);
  const separator = i8x16.splat(<i8>delimiter);
  let out = marks;
  let inside: u64 = 0;
  let any: u64 = 0;
  let inQuotes: u64 = 0;
  for (let at = text; at < textEnd; at += 64) {
    if (((at - text) & (POLL_BYTES - 1)) == 0) poll();
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    const quoteA = i8x16.eq(a, quote), quoteB = i8x16.eq(b, quote);
    const quoteC = i8x16.eq(c, quote), quoteD = i8x16.eq(d, quote);
    const feedA = i8x16.eq(a, feed), feedB = i8x16.eq(b, feed);
    const feedC = i8x16.eq(c, feed), feedD = i8x16.eq(d, feed);
    let feeds = bitsOf(feedA, feedB, feedC, feedD);
    let ends = bitsOf(
      v128.or(feedA, i8x16.eq(a, separator)),
      v128.or(feedB, i8x16.eq(b, separator)),
      v128.or(feedC, i8x16.eq(c, separator)),
      v128.or(feedD, i8x16.eq(d, separator)),
    );
    if (v128.any_true(v128.or(v128.or(quoteA, quoteB), v128.or(quoteC, quoteD))) || inside != 0) {
      const quotes = bitsOf(quoteA, quoteB, quoteC, quoteD);
      const quoted = prefixXor(quotes) ^ inside;
      inside = <u64>(<i64>quoted >> 63);
      inQuotes += popcnt(feeds & quoted);
      feeds &= ~quoted;
      ends &= ~quoted;
      any |= quotes;
    }
    store<u64>(out, ends);
    store<u64>(out, feeds, 8);
    out += 16;
  }
  hasQuotes = any != 0;
  endsQuoted = inside != 0;
  quotedFeeds = <u32>inQuotes;
  markEnd(out);
}

function markLines(): void {
  const feed = v128.load_splat<u8>(LINE_FEED);
  let out = marks;
  let count: u64 = 0;
  for (let at = text; at < textEnd; at += 64) {
    if (((at - text) & (POLL_BYTES - 1)) == 0) poll();
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    const feeds = bitsOf(i8x16.eq(a, feed), i8x16.eq(b, feed), i8x16.eq(c, feed), i8x16.eq(d, feed));
    count += popcnt(feeds);
    store<u64>(out, feeds);
    store<u64>(out, feeds, 8);
    out += 16;
  }
  markedFeeds = <u32>count;
  markEnd(out);
}

function markFields(): void {
  const feed = v128.load_splat<u8>(LINE_FEED);
  const space = v128.load_splat<u8>(SPACE), tab = v128.load_splat<u8>(TAB);
  let out = marks;
  let before: u64 = 1; // whether the last byte was a blank
  for (let at = text; at < textEnd; at += 64) {
    if (((at - text) & (POLL_BYTES - 1)) == 0) poll();
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    const feeds = bitsOf(i8x16.eq(a, feed), i8x16.eq(b, feed), i8x16.eq(c, feed), i8x16.eq(d, feed));
    const blanks = bitsOf(
      isEither(a, space, tab),
      isEither(b, space, tab),
      isEither(c, space, tab),
      isEither(d, space, tab),
    );
    const gaps = blanks | feeds;
    store<u64>(out, (blanks & ~(gaps << 1 | before)) | feeds);
    store<u64>(out, feeds, 8);
    before = gaps >>> 63;
    out += 16;
  }
  markEnd(out);
}

/** Ends the last record at the text's end, where no line feed does. */
function markEnd(out: usize): void {
  const end = textEnd - text;
  if ((end & 63) == 0) {
    store<u64>(out, 0);
    store<u64>(out, 0, 8);
  }
  if (end > 0 && (endsQuoted || load<u8>(textEnd - 1) != FEED)) {
    const at = marks + (end >>> 6 << 4);
    const bit = (<u64>1) << (end & 63);
    store<u64>(at, load<u64>(at) | bit);
    store<u64>(at, load<u64>(at, 8) | bit, 8);
  }
}
