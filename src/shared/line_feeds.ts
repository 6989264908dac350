const LF = 0x0a;

/** Line feeds in some bytes. */
export function countLineFeeds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

/** Offset behind so many line feeds, which the bytes have. */
export function endOfLineFeeds(bytes: Uint8Array, count: number): number {
  let at = 0;
  for (; count > 0; count--) at = bytes.indexOf(LF, at) + 1;
  return at;
}

/** Where the line begins that has a byte. */
export function startOfLine(bytes: Uint8Array, at: number): number {
  return at === 0 ? 0 : bytes.lastIndexOf(LF, at - 1) + 1;
}
