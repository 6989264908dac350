/** Ones in the low `bytes` bytes, of 1 to 8. */
// @ts-ignore: decorator
@inline
export function lowBytes(bytes: u32): u64 {
  return <u64>-1 >>> (64 - (bytes << 3));
}

/** Whether two texts are the same. */
export function equals(a: usize, b: usize, bytes: usize): bool {
  return memory.compare(a, b, bytes) == 0;
}
