import { hasEscapes, markJson, nextQuote, skipRest } from "./json_marks";
import { isWholeWord, skipBlanks, skipValue } from "./json_scan";
import { findEscape, hasControl, unescape, unescapedEnd } from "./json_strings";
import { extractorAt, extractorCount, plan, separatedCount, wordAt } from "./plan";
import { EXTRACT_JSON, MOST_EXTRACTORS } from "./plan_layout";
import { setSlot } from "./slots";

// Finds what all paths of a plan lead to, in one pass over a record. The paths are a tree; what none of
// them leads to, and all that follows once each has led to something, is passed over with a look at its
// quotes and brackets alone. Of members with one name the first counts that the rest of the path leads
// on from.
//
// Functions that read return the address behind what they have read, or 0 where that is no JSON.
//
// A node: u32 slot, or -1 | u32 members | u32 elements
//   a member:   u32 place of its name | u32 bytes | u32 node
//   an element: i32 index | u32 node

const NODE_BYTES: usize = 12;
const MEMBER_BYTES: u32 = 12;
const ELEMENT_BYTES: u32 = 8;

const QUOTE: u32 = 0x22;
const COMMA: u32 = 0x2c;
const COLON: u32 = 0x3a;
const OPEN_ARRAY: u32 = 0x5b;
const CLOSE_ARRAY: u32 = 0x5d;
const OPEN_OBJECT: u32 = 0x7b;
const CLOSE_OBJECT: u32 = 0x7d;
const LETTER_N: u32 = 0x6e;

/** For each slot, the number of the record whose text it has, so that nothing must be cleared. */
const SEEN = memory.data(MOST_EXTRACTORS * 4, 16);
let record: u32 = 0;
/** Paths that are still to be found. */
let left: u32 = 0;

/** Fills the slots of all paths; false if the record is no JSON. A blank record has none of them. */
export function readPaths(root: usize, from: usize, to: usize): bool {
  record++;
  left = 0;
  for (let slot = separatedCount; slot < extractorCount; slot++) {
    left += <u32>(load<u32>(extractorAt(slot)) == EXTRACT_JSON);
  }
  const start = skipBlanks(from, to);
  if (start == to) return true;
  markJson(start, to);
  const end = readValue(root, start, to);
  return end != 0 && skipBlanks(end, to) == to;
}

function readValue(node: usize, at: usize, to: usize): usize {
  if (at >= to) return 0;
  const byte: u32 = load<u8>(at);
  const slot = load<u32>(node);
  let end: usize;
  if (byte == OPEN_OBJECT && load<u32>(node, 4) != 0) end = readObject(node, at + 1, to);
  else if (byte == OPEN_ARRAY && load<u32>(node, 8) != 0) end = readArray(node, at + 1, to);
  else end = skipValue(at, to);
  if (end == 0 || slot == <u32>-1 || load<u32>(SEEN + (slot << 2)) == record) return end;
  store<u32>(SEEN + (slot << 2), record);
  left--;
  if (byte == QUOTE) return setString(slot, at + 1, end - 1) ? end : 0;
  if (byte != OPEN_OBJECT && byte != OPEN_ARRAY && !isWholeWord(at, end, to)) return 0;
  if (byte != LETTER_N) setSlot(slot, at, end); // null is not there
  return end;
}

function setString(slot: u32, start: usize, end: usize): bool {
  if (hasControl(start, end)) return false;
  if (!hasEscapes || findEscape(start, end) >= end) {
    setSlot(slot, start, end);
    return true;
  }
  const copy = unescape(start, end);
  if (copy == 0) return false;
  setSlot(slot, copy, unescapedEnd);
  return true;
}

function readObject(node: usize, at: usize, to: usize): usize {
  at = skipBlanks(at, to);
  if (load<u8>(at) == CLOSE_OBJECT && at < to) return at + 1;
  while (true) {
    if (at >= to || load<u8>(at) != QUOTE) return 0;
    const name = at + 1;
    const nameEnd = nextQuote(name);
    if (nameEnd >= to) return 0;
    const isPlain = !hasEscapes || findEscape(name, nameEnd) >= nameEnd;
    at = skipBlanks(nameEnd + 1, to);
    if (at >= to || load<u8>(at) != COLON) return 0;
    at = skipBlanks(at + 1, to);
    const child = isPlain ? memberOf(node, name, nameEnd) : escapedMemberOf(node, name, nameEnd);
    at = child == 0 ? skipValue(at, to) : readValue(child, at, to);
    if (at == 0) return 0;
    if (left == 0) return skipRest(at, to);
    at = skipBlanks(at, to);
    if (at >= to) return 0;
    const byte: u32 = load<u8>(at);
    at++;
    if (byte == CLOSE_OBJECT) return at;
    if (byte != COMMA) return 0;
    at = skipBlanks(at, to);
  }
}

/** The child of a node by its name; 0 if there is none. */
// @ts-ignore: decorator
@inline
function memberOf(node: usize, name: usize, end: usize): usize {
  const bytes = <u32>(end - name);
  let member = node + NODE_BYTES;
  const stop = member + load<u32>(node, 4) * MEMBER_BYTES;
  for (; member < stop; member += MEMBER_BYTES) {
    if (load<u32>(member, 4) != bytes) continue;
    if (equals(plan + load<u32>(member), name, bytes)) return wordAt(load<u32>(member, 8));
  }
  return 0;
}

/** Reads some bytes beyond. */
// @ts-ignore: decorator
@inline
function equals(a: usize, b: usize, bytes: u32): bool {
  if (bytes - 1 < 8) return (load<u64>(a) ^ load<u64>(b)) << <u64>(64 - (bytes << 3)) == 0;
  return memory.compare(a, b, bytes) == 0;
}

function escapedMemberOf(node: usize, name: usize, end: usize): usize {
  const copy = unescape(name, end);
  return copy == 0 ? 0 : memberOf(node, copy, unescapedEnd);
}

function readArray(node: usize, at: usize, to: usize): usize {
  const elements = node + NODE_BYTES + load<u32>(node, 4) * MEMBER_BYTES;
  const stop = elements + load<u32>(node, 8) * ELEMENT_BYTES;
  const length = countsFromEnd(elements, stop) ? countElements(at, to) : 0;
  at = skipBlanks(at, to);
  if (load<u8>(at) == CLOSE_ARRAY && at < to) return at + 1;
  let index: i32 = 0;
  while (true) {
    at = readElement(elements, stop, index, length, at, to);
    if (at == 0) return 0;
    if (left == 0) return skipRest(at, to);
    index++;
    at = skipBlanks(at, to);
    if (at >= to) return 0;
    const byte: u32 = load<u8>(at);
    at++;
    if (byte == CLOSE_ARRAY) return at;
    if (byte != COMMA) return 0;
    at = skipBlanks(at, to);
  }
}

function countsFromEnd(element: usize, stop: usize): bool {
  for (; element < stop; element += ELEMENT_BYTES) if (load<i32>(element) < 0) return true;
  return false;
}

/** Paths may lead to an element from both ends. */
function readElement(element: usize, stop: usize, index: i32, length: i32, at: usize, to: usize): usize {
  let end: usize = 0;
  let isWanted = false;
  for (; element < stop; element += ELEMENT_BYTES) {
    const wanted = load<i32>(element);
    if (wanted != index && (wanted >= 0 || wanted != index - length)) continue;
    isWanted = true;
    end = readValue(wordAt(load<u32>(element, 4)), at, to);
    if (end == 0 || left == 0) return end;
  }
  return isWanted ? end : skipValue(at, to);
}

/** How many elements an array has; some number if it is no JSON. */
function countElements(at: usize, to: usize): i32 {
  at = skipBlanks(at, to);
  if (load<u8>(at) == CLOSE_ARRAY) return 0;
  let count: i32 = 1;
  while (true) {
    at = skipValue(at, to);
    if (at == 0) return count;
    at = skipBlanks(at, to);
    if (at >= to || load<u8>(at) != COMMA) return count;
    at = skipBlanks(at + 1, to);
    count++;
  }
}
