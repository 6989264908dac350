// Reads the options of a job: a JSON object of numbers, strings, true and false, without nesting.
// The host writes it, so it is well-formed.

import { fail } from "./host";

/** Walks over the members: call `next`, compare the name, take the value. */
export class Settings {
  private at: usize;
  private readonly end: usize;
  private name: string = "";
  private value: string = "";

  constructor(start: usize, bytes: i32) {
    this.at = start;
    this.end = start + <usize>bytes;
  }

  next(): bool {
    if (!this.skipTo(0x22)) return false;
    this.name = this.takeString();
    if (!this.skipTo(0x3a)) return false;
    this.at++;
    while (this.at < this.end && load<u8>(this.at) <= 0x20) this.at++;
    this.value = load<u8>(this.at) == 0x22 ? this.takeString() : this.takeLiteral();
    return true;
  }

  is(name: string): bool {
    return this.name == name;
  }

  toI32(): i32 {
    return <i32>I64.parseInt(this.value);
  }

  toI64(): i64 {
    return I64.parseInt(this.value);
  }

  toF64(): f64 {
    return F64.parseFloat(this.value);
  }

  toBool(): bool {
    return this.value == "true";
  }

  toText(): string {
    return this.value;
  }

  refuse(): void {
    fail("Cannot configure kernel: it has no option " + this.name);
  }

  private skipTo(byte: u8): bool {
    while (this.at < this.end && load<u8>(this.at) != byte) this.at++;
    return this.at < this.end;
  }

  private takeLiteral(): string {
    const from = this.at;
    for (; this.at < this.end; this.at++) {
      const byte = load<u8>(this.at);
      if (byte == 0x2c || byte == 0x7d || byte <= 0x20) break;
    }
    return String.UTF8.decodeUnsafe(from, this.at - from);
  }

  private takeString(): string {
    let text = "";
    let from = ++this.at;
    while (this.at < this.end) {
      const byte = load<u8>(this.at);
      if (byte == 0x22 || byte == 0x5c) text += String.UTF8.decodeUnsafe(from, this.at - from);
      if (byte == 0x22) break;
      if (byte == 0x5c) {
        text += this.takeEscape();
        from = this.at;
      } else {
        this.at++;
      }
    }
    this.at++;
    return text;
  }

  private takeEscape(): string {
    const byte = load<u8>(this.at, 1);
    this.at += 2;
    switch (byte) {
      case 0x62: return "\b";
      case 0x66: return "\f";
      case 0x6e: return "\n";
      case 0x72: return "\r";
      case 0x74: return "\t";
      case 0x75: {
        const digits = String.UTF8.decodeUnsafe(this.at, 4);
        this.at += 4;
        return String.fromCharCode(<i32>I32.parseInt(digits, 16));
      }
      default: return String.fromCharCode(byte);
    }
  }
}
