import { findByte } from "./find";
import { readNumber } from "./number";
import { decode } from "./text";

/** Some bytes of the input. Offsets count from its start. */
export class Chunk {
  /** @param start Address of the first byte. @param end Address behind the last. */
  constructor(readonly start: usize, readonly end: usize) {}

  get length(): i32 {
    return <i32>(this.end - this.start);
  }

  /** The byte at an offset. */
  byteAt(offset: i32): u8 {
    if (<u32>offset >= <u32>this.length) throw new RangeError("No byte at this offset of the chunk");
    return load<u8>(this.start + <usize>offset);
  }

  /** Offset of the first such byte at `from` or behind it, -1 where there is none. */
  indexOf(byte: u8, from: i32 = 0): i32 {
    if (<u32>from >= <u32>this.length) return -1;
    const found = findByte(this.start + <usize>from, this.end, byte);
    return found == this.end ? -1 : <i32>(found - this.start);
  }

  /** The bytes from one offset to another, which are kept within the chunk. */
  slice(from: i32, to: i32 = i32.MAX_VALUE): Chunk {
    const length = this.length;
    from = max(0, min(from, length));
    to = max(from, min(to, length));
    return new Chunk(this.start + <usize>from, this.start + <usize>to);
  }

  /** The bytes as text. */
  toString(): string {
    return decode(this.start, this.length);
  }

  /** The decimal number that the bytes are, with spaces around it or without; NaN if they are none. */
  toNumber(): f64 {
    return readNumber(this.start, this.end);
  }
}
