import type { SegmentCursor } from "../../reduce/segment.ts";
import { prefixBytes, readPrefix } from "../../shared/pairs.ts";

/** Tells where the next key begins, in pairs that are in order. */
export class KeyWatch {
  /** The key of the last pair; undefined before the first one. */
  key: Uint8Array | undefined;
  /** Where it ends in the bytes of the last pair. */
  keyEnd = 0;

  /** Whether a pair has another key than the one before. To be called once for each. */
  isNew({ bytes, keyStart }: SegmentCursor): boolean {
    const keyBytes = readPrefix(bytes, keyStart);
    const start = keyStart + prefixBytes(keyBytes);
    this.keyEnd = start + keyBytes;
    if (this.key?.length === keyBytes && isSame(this.key, bytes, start)) return false;
    this.key = bytes.slice(start, this.keyEnd);
    return true;
  }
}

function isSame(key: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[start + i] !== key[i]) return false;
  return true;
}
