import {
  ENTRY_FOUND, FINGERPRINT_BYTES, LITERALS_CLASSES, LITERALS_FILTERS, LITERALS_FINGERPRINTS, LITERALS_LONGEST, LITERALS_OVERLAP,
  LITERALS_ROOT, LITERALS_SPARSE, NODE_COUNT, NODE_ENTRIES, NODE_FAIL, NODE_LENGTH, NODE_LINK, NODE_LISTS,
} from "../literal_layout";
import { poll, POLL_BYTES } from "./host";
import { countLineFeeds } from "./line_feeds";
import { give } from "./output";
import { literals } from "./plan";
import { side, text, textEnd } from "./regions";
import { setSlot } from "./slots";
import { tallyMissing, tallyRecords } from "./tallies";

// Finds literals (Aho and Corasick 1975). The automaton is of the reversed literals and reads the text
// backwards, so that it tells where literals begin, not where they end: then the leftmost and longest
// ones are found without a look back, and in linear time. It reads a block at a time, notes the places
// where a literal begins at the side, and goes through them in the order of the text.
//
// Literals may reach into the next block, so each block is begun some bytes behind its end.

const LINE_FEED: u8 = 0x0a;
const HIT_BYTES: usize = 8;

let tables: usize = 0;
let classes: usize = 0;
let sparse: usize = 0;
/** Where the places of the block in hand end: u32 address | u32 node. */
let hits: usize = 0;
/** Where the last occurrence ends, which none may overlap. */
let done: usize = 0;
/** Where the line of the last occurrence ends, and how many lines have one. */
let lineEnd: usize = 0;
let linesFound: u32 = 0;
/** Line feeds of the text. */
export let literalFeeds: u32 = 0;

/** Finds all occurrences in the chunk; each of them is a key. */
export function readLiterals(): void {
  tables = literals;
  classes = tables + LITERALS_CLASSES;
  sparse = tables + load<u32>(tables, LITERALS_SPARSE);
  done = lineEnd = text;
  linesFound = 0;
  const overlaps = load<u32>(tables, LITERALS_OVERLAP) != 0;
  const filters = load<u32>(tables, LITERALS_FILTERS) != 0;
  const ahead = <usize>load<u32>(tables, LITERALS_LONGEST) - 1;
  let lines: u32 = 0;
  for (let from = text; from < textEnd; from += POLL_BYTES) {
    poll();
    const to = min(from + POLL_BYTES, textEnd);
    lines += countLineFeeds(from, to);
    hits = side;
    if (filters) findByFingerprints(from, to, min(to + ahead, textEnd));
    else find(from, to, min(to + ahead, textEnd));
    if (overlaps) giveAll();
    else giveLongest();
  }
  literalFeeds = lines;
  if (text < textEnd && load<u8>(textEnd - 1) != LINE_FEED) lines++;
  tallyRecords(lines);
  tallyMissing(lines - linesFound);
}

/** Notes what begins in a block, from behind: reads from `end`, where no literal of the block can end. */
function find(from: usize, to: usize, end: usize): void {
  let node = tables + LITERALS_ROOT;
  for (let at = end; at > from;) {
    const entry = next(node, load<u8>(--at));
    node = tables + (entry & ~ENTRY_FOUND);
    if ((entry & ENTRY_FOUND) != 0 && at < to) note(at, node);
  }
}

/** The same, without a look at what no literal ends with. */
function findByFingerprints(from: usize, to: usize, end: usize): void {
  const root = tables + LITERALS_ROOT;
  let at = lastCandidate(from, end);
  while (at > from) {
    let node = root;
    do {
      const entry = next(node, load<u8>(--at));
      node = tables + (entry & ~ENTRY_FOUND);
      if ((entry & ENTRY_FOUND) != 0 && at < to) note(at, node);
    } while (node != root && at > from);
    at = lastCandidate(from, at);
  }
}

/** The entry of a node for a byte. */
// @ts-ignore: decorator
@inline
function next(node: usize, byte: u8): u32 {
  const kind = load<u8>(classes + byte);
  return node < sparse ? load<u32>(node + (<usize>kind << 2), NODE_ENTRIES) : nextOfSparse(node, kind);
}

function nextOfSparse(node: usize, kind: u8): u32 {
  const wanted = i8x16.splat(<i8>kind);
  do {
    const count = load<u32>(node, NODE_COUNT);
    const lists = node + NODE_LISTS;
    for (let i: u32 = 0; i < count; i += 16) {
      const bits = i8x16.bitmask(i8x16.eq(v128.load(lists + i), wanted));
      const found = i + <u32>ctz(bits);
      if (bits != 0 && found < count) return load<u32>(lists + ((count + 3) & ~3) + (found << 2));
    }
    node = tables + load<u32>(node, NODE_FAIL);
  } while (node >= sparse);
  return load<u32>(node + (<usize>kind << 2), NODE_ENTRIES);
}

/** Behind the last byte before `at` that a literal may end with; `from` if there is none. */
function lastCandidate(from: usize, at: usize): usize {
  const prints = tables + LITERALS_FINGERPRINTS;
  const low0 = v128.load(prints), high0 = v128.load(prints, 16);
  const low1 = v128.load(prints, FINGERPRINT_BYTES), high1 = v128.load(prints, FINGERPRINT_BYTES + 16);
  const low2 = v128.load(prints, 2 * FINGERPRINT_BYTES), high2 = v128.load(prints, 2 * FINGERPRINT_BYTES + 16);
  for (; at > from; at -= 16) {
    const groups = v128.and(
      v128.and(groupsOf(at - 16, low0, high0), groupsOf(at - 17, low1, high1)),
      groupsOf(at - 18, low2, high2),
    );
    const none = i8x16.bitmask(i8x16.eq(groups, i8x16.splat(0)));
    if (none == 0xffff) continue;
    return max(from, at - 15 + (31 - <usize>clz(none ^ 0xffff)));
  }
  return from;
}

/** The groups of literals that have each of 16 bytes in a place. */
// @ts-ignore: decorator
@inline
function groupsOf(at: usize, low: v128, high: v128): v128 {
  const bytes = v128.load(at);
  return v128.and(
    i8x16.swizzle(low, v128.and(bytes, i8x16.splat(15))),
    i8x16.swizzle(high, i8x16.shr_u(bytes, 4)),
  );
}

// @ts-ignore: decorator
@inline
function note(at: usize, node: usize): void {
  store<u32>(hits, <u32>at);
  store<u32>(hits, <u32>node, 4);
  hits += HIT_BYTES;
}

/** Gives every literal that begins at the noted places. */
function giveAll(): void {
  while (hits > side) {
    hits -= HIT_BYTES;
    const at = load<u32>(hits);
    for (let node: usize = longest(load<u32>(hits, 4)); ; node = tables + load<u32>(node, NODE_LINK)) {
      giveOne(at, load<u32>(node, NODE_LENGTH));
      if (load<u32>(node, NODE_LINK) == 0) break;
    }
  }
}

/** Gives the longest one of each place that none before it has taken. */
function giveLongest(): void {
  while (hits > side) {
    hits -= HIT_BYTES;
    const at = load<u32>(hits);
    if (at < done) continue;
    const bytes = load<u32>(longest(load<u32>(hits, 4)), NODE_LENGTH);
    giveOne(at, bytes);
    done = at + bytes;
  }
}

/** The node of the longest literal that is found at a node. */
// @ts-ignore: decorator
@inline
function longest(node: usize): usize {
  return load<u32>(node, NODE_LENGTH) != 0 ? node : tables + load<u32>(node, NODE_LINK);
}

// @ts-ignore: decorator
@inline
function giveOne(at: usize, bytes: u32): void {
  setSlot(0, at, at + bytes);
  give();
  if (at < lineEnd) return;
  linesFound++;
  lineEnd = endOfLine(at);
}

/** Behind the next line feed. */
function endOfLine(at: usize): usize {
  const feed = i8x16.splat(<i8>LINE_FEED);
  for (; at < textEnd; at += 16) {
    const feeds = i8x16.bitmask(i8x16.eq(v128.load(at), feed));
    if (feeds != 0) return at + ctz(feeds) + 1;
  }
  return textEnd;
}
