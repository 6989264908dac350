import { emitKey } from "./output";

/** A key that is put together from parts. One object serves for any number of keys. */
export class Key {
  private bytes: StaticArray<u8> = new StaticArray<u8>(256);
  private used: i32 = 0;

  /** Bytes so far. */
  get length(): i32 {
    return this.used;
  }

  /** Address of the bytes so far, until more is added. */
  get start(): usize {
    return changetype<usize>(this.bytes);
  }

  clear(): void {
    this.used = 0;
  }

  add(start: usize, length: i32): void {
    if (length < 0) throw new RangeError("Cannot add a part of negative length to a key");
    this.makeRoom(length);
    memory.copy(changetype<usize>(this.bytes) + <usize>this.used, start, length);
    this.used += length;
  }

  addByte(byte: u8): void {
    this.makeRoom(1);
    store<u8>(changetype<usize>(this.bytes) + <usize>this.used, byte);
    this.used++;
  }

  addText(text: string): void {
    const bytes = String.UTF8.encode(text);
    this.add(changetype<usize>(bytes), bytes.byteLength);
  }

  /** Emits what was put together, and keeps it. */
  emit(): void {
    emitKey(changetype<usize>(this.bytes), this.used);
  }

  private makeRoom(more: i32): void {
    const wanted = this.used + more;
    if (wanted <= this.bytes.length) return;
    const bytes = new StaticArray<u8>(max(wanted, this.bytes.length * 2));
    memory.copy(changetype<usize>(bytes), changetype<usize>(this.bytes), this.used);
    this.bytes = bytes;
  }
}
