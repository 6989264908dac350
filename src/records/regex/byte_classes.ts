import type { Nfa } from "./nfa.ts";

/** Bytes that no state tells apart are of one class. */
export interface ByteClasses {
  /** For each byte, its class. */
  readonly classOf: Uint8Array;
  /** For each class, one of its bytes. */
  readonly bytes: readonly number[];
}

/** Bytes of ASCII words: what `\w` is. */
const WORD_RANGES = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]] as const;

export function isWordByte(byte: number): boolean {
  return WORD_RANGES.some(([first, last]) => first <= byte && byte <= last);
}

export function byteClasses({ states }: Nfa): ByteClasses {
  const isBegin = new Array<boolean>(257).fill(false);
  const cut = (first: number, last: number) => isBegin[first] = isBegin[last + 1] = true;
  for (const state of states) {
    if (state.kind === "bytes") {
      for (const { first, last } of state.steps) cut(first, last);
    } else if (state.kind === "assertion") {
      if (state.assertion === "character") cut(0x80, 0xbf);
      else if (state.assertion === "edge" || state.assertion === "notEdge") {
        for (const [first, last] of WORD_RANGES) cut(first, last);
      }
    }
  }
  const classOf = new Uint8Array(256);
  const bytes: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    if (byte === 0 || isBegin[byte]) bytes.push(byte);
    classOf[byte] = bytes.length - 1;
  }
  return { classOf, bytes };
}
