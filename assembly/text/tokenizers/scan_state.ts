// What a scanner says beside its list of words. Scanners set these globals by the functions below;
// map_chunk.ts, count.ts and kernel.ts read them.

/**
 * Where the next sub-block must start: a place where a scanner needs to know nothing of what
 * precedes.
 */
export let scanNext: usize = 0;
/** Whether the segment that scanLong found is a word. */
export let scanIsWord: bool = false;
/** Whether a word of this sub-block may hold a NUL byte. */
export let scanHasNul: bool = false;

// @ts-ignore: decorator
@inline
export function setScanNext(next: usize): void {
  scanNext = next;
}

// @ts-ignore: decorator
@inline
export function setScanIsWord(isWord: bool): void {
  scanIsWord = isWord;
}

// @ts-ignore: decorator
@inline
export function setScanHasNul(hasNul: bool): void {
  scanHasNul = hasNul;
}
