import { poll, POLL_BYTES } from "./host";
import { delimiter } from "./plan";
import { marks, text, textEnd } from "./regions";

// Marks where records and their parts end, as two words for each 64 bytes: a bit for each end of a part
// or a record, and a bit for each end of a record alone.
//
//   rows   ends  = delimiters and line feeds that stand in no quotes
//   lines  ends  = line feeds; with fields also the first blank behind each of them
//
// Whether a byte stands in quotes: the xor of all bits of quotes up to it. A mark behind the text ends
// the last record, if no line feed does.

const LINE_FEED: u8 = 0x0a;
const QUOTE: u8 = 0x22;
const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;

/** Whether a quote stands in the text. */
export let hasQuotes: bool = false;
/** Whether the last row ends within quotes. */
export let endsQuoted: bool = false;
/** Line feeds in quotes, and those that markLines() has seen. */
export let quotedFeeds: u32 = 0;
export let markedFeeds: u32 = 0;

// @ts-ignore: decorator
@inline
function bitsOf(at: usize, wanted: v128): u64 {
  return <u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at), wanted)) |
    <u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), wanted)) << 16 |
    <u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at, 32), wanted)) << 32 |
    <u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at, 48), wanted)) << 48;
}

/** Each bit becomes the xor of all bits up to it. */
// @ts-ignore: decorator
@inline
function prefixXor(bits: u64): u64 {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ bits << 32;
}

export function markRows(): void {
  const quote = i8x16.splat(<i8>QUOTE);
  const feed = i8x16.splat(<i8>LINE_FEED);
  const separator = i8x16.splat(<i8>delimiter);
  let out = marks;
  let inside: u64 = 0;
  let any: u64 = 0;
  let inQuotes: u64 = 0;
  for (let at = text; at < textEnd; at += 64) {
    if (((at - text) & (POLL_BYTES - 1)) == 0) poll();
    const quotes = bitsOf(at, quote);
    let feeds = bitsOf(at, feed);
    let ends = bitsOf(at, separator) | feeds;
    if ((quotes | inside) != 0) {
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

export function markLines(): void {
  const feed = i8x16.splat(<i8>LINE_FEED);
  let out = marks;
  let count: u64 = 0;
  for (let at = text; at < textEnd; at += 64) {
    if (((at - text) & (POLL_BYTES - 1)) == 0) poll();
    const feeds = bitsOf(at, feed);
    count += popcnt(feeds);
    store<u64>(out, feeds);
    store<u64>(out, feeds, 8);
    out += 16;
  }
  hasQuotes = false;
  endsQuoted = false;
  quotedFeeds = 0;
  markedFeeds = <u32>count;
  markEnd(out);
}

export function markFields(): void {
  const feed = i8x16.splat(<i8>LINE_FEED);
  const space = i8x16.splat(<i8>SPACE);
  const tab = i8x16.splat(<i8>TAB);
  let out = marks;
  let before: u64 = 1; // whether the last byte was a blank
  for (let at = text; at < textEnd; at += 64) {
    if (((at - text) & (POLL_BYTES - 1)) == 0) poll();
    const feeds = bitsOf(at, feed);
    const blanks = bitsOf(at, space) | bitsOf(at, tab);
    const gaps = blanks | feeds;
    store<u64>(out, (blanks & ~(gaps << 1 | before)) | feeds);
    store<u64>(out, feeds, 8);
    before = gaps >>> 63;
    out += 16;
  }
  hasQuotes = false;
  endsQuoted = false;
  quotedFeeds = 0;
  markEnd(out);
}

/** Ends the last record at the text's end, where no line feed does. */
function markEnd(out: usize): void {
  const end = textEnd - text;
  if ((end & 63) == 0) {
    store<u64>(out, 0);
    store<u64>(out, 0, 8);
  }
  if (end > 0 && (endsQuoted || load<u8>(textEnd - 1) != LINE_FEED)) {
    const at = marks + (end >>> 6 << 4);
    const bit = (<u64>1) << (end & 63);
    store<u64>(at, load<u64>(at) | bit);
    store<u64>(at, load<u64>(at, 8) | bit, 8);
  }
}
