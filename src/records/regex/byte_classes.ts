import { contains, WORD } from "./code_points.ts";
import type { Nfa } from "./nfa.ts";

/** Bytes that no state tells apart are of one class. */
export interface ByteClasses {
  /** For each byte, its class. */
  readonly classOf: Uint8Array;
  /** For each class, one of its bytes. */
  readonly bytes: readonly number[];
}

export function isWordByte(byte: number): boolean {
  return contains(WORD, byte);
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
        for (const [first, last] of WORD) cut(first, last);
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
