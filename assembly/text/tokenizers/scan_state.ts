// What a scanner says beside the list of words it writes. Globals of the instance: a second
// instance on the same memory has its own.

/** Where the next sub-block must start; a boundary with fresh state. */
export let scanNext: usize = 0;
/** Whether the segment that scanLong found is a word. */
export let scanIsWord: bool = false;
/** Whether a NUL byte may be within a word of this sub-block. */
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
