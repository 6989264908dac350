// Runs of bytes of a class, in lists of pairs (start, end) that `list.ts` makes, a block at a time. A
// run that is open at a block's end begins the next block.

import { ByteClass } from "./byte_class";
import { Chunk } from "./chunk";
import { WINDOWS } from "./build";
import { isInput, setAt } from "./input";
import { listBytes, listRuns, restOfList, runEnd, setRest } from "./list";
import { beginList, emitBytes, endList, LIST_BLOCK } from "./output";

/** A multiple of 64. */
const BLOCK: usize = 2048;

/** What refill found: no run, one that is in hand already, or a list of runs. */
const NONE = 0;
const IN_HAND = 1;
const IN_LIST = 2;

/** Walks over the runs of a chunk: call `next`, then read `start` and `length`. */
export class Runs {
  /** Address of the run in hand. */
  start: usize = 0;
  /** Its bytes. */
  length: i32 = 0;
  private base: usize = 0;
  private entry: usize = 0;
  private entriesEnd: usize = 0;
  private at: usize;
  private readonly end: usize;
  private readonly list: StaticArray<u8>;

  constructor(chunk: Chunk, private readonly set: ByteClass) {
    this.list = new StaticArray<u8>(<i32>listBytes(min(chunk.end - chunk.start, BLOCK)));
    this.at = chunk.start;
    this.end = chunk.end;
  }

  /** Goes to the next run; false when there is none. */
  // @ts-ignore: decorator
  @inline
  next(): bool {
    if (this.entry == this.entriesEnd) {
      const found = this.refill();
      if (found != IN_LIST) return found != NONE;
    }
    const pair = load<u32>(this.entry);
    const from = pair & 0xffff;
    this.start = this.base + from;
    this.length = (pair >>> 16) - from;
    this.entry += 4;
    return true;
  }

  private refill(): i32 {
    const list = changetype<usize>(this.list);
    while (this.at < this.end) {
      const from = this.at;
      const listEnd = listRuns(from, min(from + BLOCK, this.end), this.end, this.set, list);
      this.at = restOfList;
      if (this.at == from) return this.takeLong(from);
      if (listEnd != list) {
        this.base = from;
        this.entry = list;
        this.entriesEnd = listEnd;
        setAt(from);
        return IN_LIST;
      }
    }
    return NONE;
  }

  /** Takes a run that fills a block, and may be longer than an entry can say. */
  private takeLong(from: usize): i32 {
    this.at = runEnd(from + BLOCK, this.end, this.set);
    this.start = from;
    this.length = <i32>(this.at - from);
    setAt(from);
    return IN_HAND;
  }
}

/** The runs of bytes of a class in a chunk: `for (const w = runs(chunk, WORD); w.next();) …`. */
export function runs(chunk: Chunk, set: ByteClass): Runs {
  return new Runs(chunk, set);
}

/**
 * Emits every run of bytes of a class in a chunk as a key: what a loop over `runs` does, but for the
 * time that the loop takes.
 */
export function emitRuns(chunk: Chunk, set: ByteClass): void {
  if (!WINDOWS || !isInput(chunk.start, chunk.length)) {
    for (const run = runs(chunk, set); run.next();) emitBytes(run.start, run.length);
    return;
  }
  const end = chunk.end;
  for (let at = chunk.start; at < end; at = restOfList) {
    const list = beginList(at);
    const listEnd = listRuns(at, min(at + LIST_BLOCK, end), end, set, list);
    endList(listEnd);
    if (restOfList == at) { // a run fills the block
      const longEnd = runEnd(at + LIST_BLOCK, end, set);
      emitBytes(at, <i32>(longEnd - at));
      setRest(longEnd);
    }
  }
}
