/**
 * A few bytes as characters, one each, whatever they are. node:buffer would do that as well, and
 * takes longer to load than a small file takes to count.
 */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
