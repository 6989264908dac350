// Methods of asc's String that give wrong texts, or write beyond them; `library_changes.ts` of the
// compiler makes the library's own ones call these.

import { OBJECT_MAXSIZE } from "rt/common";
import { E_INVALIDLENGTH } from "util/error";
import { isSpace } from "util/string";
import { endOf, pieceOf } from "./string_methods";

const DOLLAR: u16 = 0x24;

/** What String#trim gives. */
// @ts-ignore: decorator
@global
function trimOf(text: string): string {
  let from = changetype<usize>(text);
  let end = endOf(text);
  while (from < end && isSpace(load<u16>(from))) from += 2;
  while (from < end && isSpace(load<u16>(end - 2))) end -= 2;
  const units = <i32>((end - from) >>> 1);
  return units == text.length ? text : pieceOf(from, units);
}

/** What String.fromCharCode gives of two units. */
// @ts-ignore: decorator
@global
function pairOf(first: i32, second: i32): string {
  const pair = __new(4, idof<String>());
  store<u16>(pair, first);
  store<u16>(pair, second, 2);
  return changetype<string>(pair);
}

/** What String#replace gives. */
// @ts-ignore: decorator
@global
function replaceIn(text: string, search: string, replacement: string): string {
  const at = text.indexOf(search);
  if (at < 0) return text;
  const from = changetype<usize>(text);
  const match = from + (<usize>at << 1);
  const rest = match + (<usize>search.length << 1);
  const before = match - from, after = endOf(text) - rest;
  const bytes = expand(0, replacement, text, match, rest);
  const out = __new(checkBytes(bytes + before + after), idof<String>());
  memory.copy(out, from, before);
  expand(out + before, replacement, text, match, rest);
  memory.copy(out + before + <usize>bytes, rest, after);
  return changetype<string>(out);
}

/** What String#replaceAll gives. */
// @ts-ignore: decorator
@global
function replaceAllIn(text: string, search: string, replacement: string): string {
  let at = text.indexOf(search);
  if (at < 0) return text;
  const start = changetype<usize>(text), end = endOf(text);
  const step = max(search.length, 1);
  let room: u64 = end - start;
  let out = __new(<usize>room, idof<String>());
  let bytes: usize = 0;
  let from = start;
  while (at >= 0) {
    const match = start + (<usize>at << 1);
    const rest = match + (<usize>search.length << 1);
    const before = match - from;
    const needed = expand(0, replacement, text, match, rest) + bytes + before;
    if (needed > room) {
      room = max(needed, min<u64>(room << 1, OBJECT_MAXSIZE));
      out = __renew(out, checkBytes(room));
    }
    memory.copy(out + bytes, from, before);
    expand(out + bytes + before, replacement, text, match, rest);
    bytes = <usize>needed;
    from = rest;
    at = at + step > text.length ? -1 : text.indexOf(search, at + step);
  }
  const after = end - from;
  out = __renew(out, checkBytes(<u64>bytes + after));
  memory.copy(out + bytes, from, after);
  return changetype<string>(out);
}

/** @throws {RangeError} If no text can have so many bytes. */
function checkBytes(bytes: u64): usize {
  if (bytes > OBJECT_MAXSIZE) throw new RangeError(E_INVALIDLENGTH);
  return <usize>bytes;
}

/**
 * Writes to `out`, unless that is 0, what takes the place of what is between `match` and `rest`, and
 * returns its bytes: `$$` stands for a dollar, `$&` for the match, `` $` `` for what is before it, and
 * `$'` for what is behind.
 */
function expand(out: usize, replacement: string, text: string, match: usize, rest: usize): u64 {
  const end = endOf(replacement);
  let bytes: u64 = 0;
  let from = changetype<usize>(replacement);
  for (let at = from; at + 2 < end; at += 2) {
    if (load<u16>(at) != DOLLAR) continue;
    let start = match, behind = rest;
    switch (load<u16>(at, 2)) {
      case 0x24: start = at, behind = at + 2; break;
      case 0x26: break;
      case 0x60: start = changetype<usize>(text), behind = match; break;
      case 0x27: start = rest, behind = endOf(text); break;
      default: continue;
    }
    bytes += put(out, bytes, from, at);
    bytes += put(out, bytes, start, behind);
    at += 2;
    from = at + 2;
  }
  return bytes + put(out, bytes, from, end);
}

// @ts-ignore: decorator
@inline
function put(out: usize, behind: u64, from: usize, end: usize): usize {
  if (out != 0) memory.copy(out + <usize>behind, from, end - from);
  return end - from;
}

/** How many items Array#copyWithin copies; asc's own takes a negative number for a huge one. */
// @ts-ignore: decorator
@global
function itemsToCopy(target: i32, start: i32, end: i32, length: i32): i32 {
  const to = indexIn(target, length);
  return min(indexIn(end, length) - indexIn(start, length), length - to);
}

function indexIn(index: i32, length: i32): i32 {
  return index < 0 ? max(index + length, 0) : min(index, length);
}
