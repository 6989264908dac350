// Where the host puts a chunk, and where the kernel is in it.

/** Bytes that may be read behind the text; what they hold means nothing. */
const PADDING: usize = 128;

/** Address of the chunk. */
export let input: usize = 0;
/** Address behind its last byte. */
export let inputEnd: usize = 0;
let capacity: usize = 0;

/** Offset in the chunk of the record in hand; the host reads it when the kernel fails. */
export let mr_at: i32 = 0;

export function setAt(at: usize): void {
  mr_at = <i32>(at - input);
}

/** Room for `bytes` of input. A larger request moves the room. */
export function mr_reserve(bytes: i32): usize {
  if (input == 0 || <usize>bytes > capacity) {
    if (input != 0) heap.free(input);
    capacity = <usize>bytes;
    input = heap.alloc(capacity + PADDING);
  }
  return input;
}

export function setInputBytes(bytes: i32): void {
  inputEnd = input + <usize>bytes;
}

/** Whether bytes lie in the chunk. */
// @ts-ignore: decorator
@inline
export function isInput(start: usize, length: i32): bool {
  return start >= input && start <= inputEnd && length >= 0 && <usize>length <= inputEnd - start;
}
