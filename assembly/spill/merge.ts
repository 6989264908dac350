import {
  INPUT_BYTES,
  INPUT_END,
  INPUT_MORE,
  INPUT_NEXT,
  INPUT_USED_UP,
  MERGE_LAST,
  MERGE_SUMS,
  OK,
  OUTPUT_FULL,
  SCRATCH_INPUTS,
  SCRATCH_MERGE_INPUT,
  SCRATCH_MERGE_NEEDED,
  SCRATCH_MERGED_BYTES,
  SCRATCH_MERGED_COUNTED,
  SCRATCH_MERGED_DISTINCT,
  SCRATCH_MERGED_KEYS,
  STOPPED,
} from "../layout";
import { mostCount } from "../reduce/count_bounds";
import { copyNode, NODE_BYTES, NODE_INPUT, orderNodes, sinkNode } from "../reduce/merge_heap";
import { beginOrder, haveEqualKeys, ITEM_BYTES, ITEM_RECORD, storeItem } from "../reduce/sort_items";
import { copyRecord, RECORD_KEY, RECORD_KEY_BYTES, recordBytes, recordSize } from "../reduce/record_runs";
import { copyToSegment, segmentBytes } from "../reduce/segment_record";
import { beginCall, endCall, isRunning, SCRATCH_WORK, scratch } from "../memory/runtime";
import { combineRecords, finishValue } from "../values/combine";
import { beginValues, endValues, hasValues } from "../values/op";

// Merges sorted runs that the caller reads, a window of each at a time. SCRATCH_INPUTS says where
// the window of each input is. A heap holds the next record of every input, the least one on top.
// Nothing here reads or waits: when an input's window is used up, or the output is full, the call
// returns; the caller reads or takes, and the same call goes on.
//
// 1. The merge only advances the input of the heap's top. So only this input's window may move when
//    the caller fills it.
// 2. In a merge that sums, a record is in hand: it stands in the output behind all finished
//    records, and the equal keys that follow are combined with it. When the call returns OUTPUT_FULL,
//    no record is in hand.
// 3. A node of the heap has the index of its input.

/** A least count that no key reaches: the merge looks at every record, and leaves it out. */
const NO_COUNT: u64 = 1 << 63;
/** Records between two looks at the job's state. */
const POLL_RECORDS: u32 = 4096;

let job: usize = 0;
let order: u32 = 0;
let sums: bool = false;
let last: bool = false;
let least: u64 = 0;
let most: u64 = 0;
let top: u32 = 0;

let inputs: u32 = 0;
/** Inputs that have entered the array of nodes; it becomes a heap once all have. */
let entered: u32 = 0;
let nodes: u32 = 0;
/** Whether the top's record was taken, and the next one of its input must take its place. */
let advancing: bool = false;
/** Whether a record is in hand, and the address of its item. */
let inHand: bool = false;
let hand: usize = 0;

/** Address behind the finished records in the output; `taken` says that the caller has taken them. */
let outNext: usize = 0;
let taken: bool = true;
let keys: u32 = 0;
let distinct: u32 = 0;
let counted: u64 = 0;
let polls: u32 = 0;

/** See kernel.ts. */
export function openMerge(
  forJob: usize, count: u32, byOrder: u32, rule: u32, leastCount: u64, mostKeys: u32,
): void {
  job = forJob;
  inputs = count;
  order = byOrder;
  sums = (rule & MERGE_SUMS) != 0;
  last = (rule & MERGE_LAST) != 0;
  least = leastCount;
  // A sum below 0 would reach NO_COUNT.
  top = leastCount == NO_COUNT ? 0 : mostKeys == 0 ? u32.MAX_VALUE : mostKeys;
  most = last ? mostCount(forJob) : u64.MAX_VALUE;
  entered = 0;
  nodes = 0;
  advancing = false;
  inHand = false;
  taken = true;
  keys = 0;
  distinct = 0;
  counted = 0;
  hand = scratch + SCRATCH_WORK;
}

// @ts-ignore: decorator
@inline
function heap(): usize {
  return scratch + SCRATCH_WORK + ITEM_BYTES;
}

// @ts-ignore: decorator
@inline
function inputAt(index: u32): usize {
  return scratch + SCRATCH_INPUTS + <usize>index * INPUT_BYTES;
}

/** See kernel.ts. */
export function mergeNext(out: usize, bytes: u32): i32 {
  beginCall(job);
  beginValues(job);
  beginOrder(order);
  if (taken) outNext = out;
  const status = endValues(endCall(merge(out + bytes)));
  taken = status == OUTPUT_FULL;
  store<u32>(scratch, <u32>(outNext - out), SCRATCH_MERGED_BYTES);
  store<u32>(scratch, keys, SCRATCH_MERGED_KEYS);
  store<u32>(scratch, distinct, SCRATCH_MERGED_DISTINCT);
  store<u64>(scratch, hasValues ? 0 : counted, SCRATCH_MERGED_COUNTED);
  return status;
}

function merge(outEnd: usize): i32 {
  while (entered < inputs) {
    if (!enterInput(entered)) return INPUT_USED_UP;
    if (++entered == inputs) {
      orderNodes(heap(), nodes);
    }
  }
  while (true) {
    if (advancing && !advance()) return INPUT_USED_UP;
    if (nodes == 0) {
      if (inHand) finishRecord();
      return OK;
    }
    if ((++polls & (POLL_RECORDS - 1)) == 0 && !isRunning(job)) return STOPPED;
    if (inHand && haveEqualKeys(hand, heap())) {
      combineRecords(outNext, load<u32>(heap(), ITEM_RECORD));
      advancing = true;
      continue;
    }
    if (inHand) finishRecord();
    if (!sums && keys == top) return OK;
    const record: usize = load<u32>(heap(), ITEM_RECORD);
    const isAnswer = last && !sums;
    const size = isAnswer ? segmentBytes(record) : recordSize(record);
    if (<u64>outNext + size > outEnd) {
      store<u32>(scratch, <u32>size, SCRATCH_MERGE_NEEDED);
      return OUTPUT_FULL;
    }
    if (isAnswer) copyToSegment(outNext, record, size);
    else copyRecord(outNext, record, size);
    if (sums) {
      store<u64>(hand, load<u64>(heap()));
      store<u64>(hand, load<u64>(heap(), 8), 8);
      store<u32>(hand, <u32>outNext, ITEM_RECORD);
      inHand = true;
    } else {
      outNext += size;
      keys++;
    }
    advancing = true;
  }
}

/** Counts the record in hand as a distinct key, and keeps it if its count and `top` allow. */
// @ts-ignore: decorator
@inline
function finishRecord(): void {
  inHand = false;
  distinct++;
  if (last) finishValue(outNext);
  const count = load<u64>(outNext);
  counted += count;
  if (count < least || count > most || keys == top) return;
  outNext += recordSize(outNext);
  keys++;
}

/** Whether the input's next record is whole in its window; if not, stores how many bytes it needs. */
function hasRecord(index: u32): bool {
  const input = inputAt(index);
  const next: usize = load<u32>(input, INPUT_NEXT);
  const held = <u64>load<u32>(input, INPUT_END) - next;
  let needed: u64 = RECORD_KEY;
  if (held >= needed) {
    needed = recordBytes(load<u32>(next, RECORD_KEY_BYTES));
    if (held >= needed) return true;
  }
  store<u32>(scratch, index, SCRATCH_MERGE_INPUT);
  store<u32>(scratch, <u32>needed, SCRATCH_MERGE_NEEDED);
  return false;
}

/**
 * Adds the first record of an input to the nodes, if it has one; false when it must be read first.
 */
function enterInput(index: u32): bool {
  if (!hasRecord(index)) return load<u32>(inputAt(index), INPUT_MORE) == 0;
  const node = heap() + <usize>(nodes++) * NODE_BYTES;
  storeItem(node, load<u32>(inputAt(index), INPUT_NEXT), order);
  store<u64>(node, index, NODE_INPUT);
  // The heap is built when all have entered; until then their windows may not move.
  return true;
}

/** Replaces the top by the next record of its input; false when that must be read first. */
// @ts-ignore: decorator
@inline
function advance(): bool {
  const index = <u32>load<u64>(heap(), NODE_INPUT);
  const input = inputAt(index);
  const record: usize = load<u32>(heap(), ITEM_RECORD);
  if (record != 0) {
    store<u32>(input, <u32>(load<u32>(input, INPUT_NEXT) + recordSize(record)), INPUT_NEXT);
    store<u32>(heap(), 0, ITEM_RECORD); // from here on the caller may move the window
  }
  if (hasRecord(index)) {
    storeItem(heap(), load<u32>(input, INPUT_NEXT), order);
  } else {
    if (load<u32>(input, INPUT_MORE) != 0) return false;
    copyNode(heap(), heap() + <usize>(--nodes) * NODE_BYTES);
  }
  advancing = false;
  sinkNode(heap(), 0, nodes);
  return true;
}
