/** A view of this many bytes is looked at as words. */
const WORD_BYTES = 4;
const HIGH_BITS = 0x80808080 | 0;

/**
 * Whether no byte from `from` on is above 0x7f; the bytes of a word that begins earlier may be told
 * as well.
 *
 * @param words The bytes as words, with at least the last one begun.
 */
export function isAscii(words: Int32Array, from: number, to: number): boolean {
  let bits = 0;
  const last = Math.ceil(to / WORD_BYTES);
  for (let at = Math.floor(from / WORD_BYTES); at < last; at++) bits |= words[at];
  return (bits & HIGH_BITS) === 0;
}

/** Whether bytes are UTF-8 as the Unicode standard defines it (table 3-7). */
export function isUtf8(bytes: Uint8Array, from: number, to: number): boolean {
  return validEnd(bytes, from, to) === to;
}

/** Where the first sequence begins that is not UTF-8; `to` if there is none. */
export function validEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to;) {
    const begin = at;
    const lead = bytes[at++];
    if (lead < 0x80) continue;
    const rest = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
    if (rest === 0 || at + rest > to) return begin;
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (bytes[at] < least || bytes[at] > most) return begin;
    for (const end = at++ + rest; at < end; at++) if ((bytes[at] & 0xc0) !== 0x80) return begin;
  }
  return to;
}
