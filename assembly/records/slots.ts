import { extractorCount } from "./plan";
import { MOST_EXTRACTORS } from "./plan_layout";

// Where each extractor's text of the record in hand stands: in the text, or at the side.

const SLOT_BYTES: i32 = 8;

const SLOTS = memory.data(MOST_EXTRACTORS * SLOT_BYTES, 16);

// @ts-ignore: decorator
@inline
export function setSlot(slot: u32, start: usize, end: usize): void {
  store<u32>(SLOTS + (slot << 3), <u32>start);
  store<u32>(SLOTS + (slot << 3), <u32>end, 4);
}

/** 0 if the record has no such text. */
// @ts-ignore: decorator
@inline
export function startOf(slot: u32): usize {
  return load<u32>(SLOTS + (slot << 3));
}

// @ts-ignore: decorator
@inline
export function endOf(slot: u32): usize {
  return load<u32>(SLOTS + (slot << 3), 4);
}

/** The record has nothing from a slot on. */
export function clearSlots(from: u32): void {
  memory.fill(SLOTS + (from << 3), 0, (extractorCount - from) << 3);
}
