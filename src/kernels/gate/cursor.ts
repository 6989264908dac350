import { JobError } from "../../contract/problems.ts";

/** Where in a module the gate refuses it. */
export interface Place {
  /** Bytes from the module's start. */
  offset?: number;
  /** Index of the function, imported functions included. */
  function?: number;
}

/** @throws {JobError} `kernel_refused`, always. */
export function refuse(reason: string, place: Place = {}, cause?: unknown): never {
  const where = [
    place.function === undefined ? "" : `, function ${place.function}`,
    place.offset === undefined ? "" : `, offset ${place.offset}`,
  ];
  const message = `Cannot admit kernel: ${reason}${where.join("")}`;
  throw new JobError("kernel_refused", message, { details: { ...place, reason }, cause });
}

/** `0x0b`, as specifications write opcodes. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

/** A name of the module's, cut and escaped, fit for a message. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads a range of a module from its start to its end; refuses what it cannot read. */
export class Cursor {
  /** For messages: the function that is being read. */
  functionIndex?: number;

  /** @param end The first offset beyond the range, at most the length of the bytes. */
  constructor(readonly bytes: Uint8Array, public at: number, readonly end: number) {}

  refuse(reason: string, offset = this.at): never {
    const place: Place = { offset };
    if (this.functionIndex !== undefined) place.function = this.functionIndex;
    return refuse(reason, place);
  }

  byte(): number {
    if (this.at >= this.end) this.refuse("it ends early");
    return this.bytes[this.at++];
  }

  /** An unsigned LEB128 number of 32 bits: at most 5 bytes, padding included. */
  u32(): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) this.refuse("a number exceeds 32 bits", start);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** A number that may not exceed a limit. */
  atMost(limit: number, what: string): number {
    const start = this.at;
    const value = this.u32();
    if (value > limit) this.refuse(`${value} ${what} exceed the limit of ${limit}`, start);
    return value;
  }

  /** An index into something that has `count` members. */
  index(count: number, what: string): number {
    const start = this.at;
    const value = this.u32();
    if (value >= count) this.refuse(`there is no ${what} ${value}`, start);
    return value;
  }

  /** Passes over a signed LEB128 number. */
  skipSigned(bits: 32 | 64): void {
    const start = this.at;
    const most = Math.ceil(bits / 7);
    for (let length = 1; length < most; length++) if (this.byte() < 0x80) return;
    const last = this.byte();
    // Bits of the last byte beyond the number's own must repeat its sign.
    const sign = last >> (bits - 7 * (most - 1) - 1);
    const isWhole = sign === 0 || sign === 0x7f >> (bits - 7 * (most - 1) - 1);
    if (!isWhole) this.refuse(`a number exceeds ${bits} bits`, start);
  }

  /** Passes over bytes, and tells where they begin. */
  skip(count: number): number {
    const start = this.at;
    if (count > this.end - start) this.refuse(`${count} bytes exceed what is left`);
    this.at += count;
    return start;
  }

  /** A name in UTF-8. */
  name(): string {
    const start = this.at;
    const length = this.u32();
    const from = this.skip(length);
    try {
      return utf8.decode(this.bytes.subarray(from, from + length));
    } catch {
      return this.refuse("a name is not UTF-8", start);
    }
  }

  /** A byte that must be zero: an index of a memory or table, of which there is one. */
  zero(what: string): void {
    const start = this.at;
    if (this.byte() !== 0) this.refuse(what, start);
  }

  /** Refuses bytes that are left. */
  finish(what: string): void {
    if (this.at !== this.end) this.refuse(`${what} ends before its size says`);
  }
}
