/** What the second checker found wrong with an admitted module: a fault of the gate. */
export class AdmissionFault extends Error {
  override readonly name = "AdmissionFault";

  /** @param offset Bytes from the start of the admitted module. */
  constructor(message: string, readonly offset: number) {
    super(`${message}, offset ${offset} of the admitted module`);
  }
}

/** Reads an admitted module by number of bits, one continuation bit after the other. */
export class ByteReader {
  position = 0;

  constructor(readonly view: DataView) {}

  fail(message: string, offset = this.position): never {
    throw new AdmissionFault(message, offset);
  }

  need(condition: boolean, message: string, offset = this.position): void {
    if (!condition) this.fail(message, offset);
  }

  octet(): number {
    this.need(this.position < this.view.byteLength, "the module is cut");
    return this.view.getUint8(this.position++);
  }

  /** LEB128 of at most `octets` bytes; gives the low 32 bits, unsigned. */
  leb(octets: number): number {
    const first = this.position;
    let low = 0;
    for (let bits = 0; this.position - first < octets; bits += 7) {
      const octet = this.octet();
      if (bits < 32) low |= (octet & 127) << bits;
      if (octet < 128) return low >>> 0;
    }
    return this.fail("a number is too long", first);
  }

  /** An unsigned number of 32 bits whose fifth byte, if any, holds 4 bits. */
  count(): number {
    const first = this.position;
    const value = this.leb(5);
    const isWide = this.position - first === 5 && this.view.getUint8(first + 4) > 15;
    this.need(!isWide, "a number is too large", first);
    return value;
  }

  /** Moves on, and stays within the module. */
  pass(octets: number): void {
    this.need(octets <= this.view.byteLength - this.position, "the module is cut");
    this.position += octets;
  }

  /** A name; those that are allowed are ASCII. */
  ascii(): string {
    const length = this.count();
    const first = this.position;
    this.pass(length);
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.view.getUint8(first + i));
    return text;
  }
}
