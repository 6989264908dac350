// Natural numbers of many digits, for what 64 bits cannot round.

/** Limbs of 32 bits, so 3,072 bits: what rounds a decimal takes fewer. */
const MOST_LIMBS = 96;
/** Bytes of a number. */
export const NATURAL_BYTES: i32 = 4 + 4 * MOST_LIMBS;
/** The greatest power of 5 that is one limb. */
const POWER_OF_5: u32 = 1220703125;
const EXPONENT_OF_5 = 13;

/** A number, which lies in static memory: how many limbs it has, then these, the least first. */
@unmanaged
export class Natural {
  size: i32;

  /** It becomes a number of 64 bits. */
  set(value: u64): void {
    this.size = 0;
    for (; value != 0; value >>>= 32) this.putLimb(this.size++, <u32>value);
  }

  /** Multiplies by a factor that is not 0, then adds a term. */
  scale(factor: u32, term: u32): void {
    let carry: u64 = term;
    for (let i = 0; i < this.size; i++) {
      carry += <u64>this.limbAt(i) * factor;
      this.putLimb(i, <u32>carry);
      carry >>>= 32;
    }
    if (carry != 0) this.putLimb(this.size++, <u32>carry);
  }

  scaleByPowerOf5(exponent: i32): void {
    for (; exponent >= EXPONENT_OF_5; exponent -= EXPONENT_OF_5) this.scale(POWER_OF_5, 0);
    for (; exponent > 0; exponent--) this.scale(5, 0);
  }

  scaleByPowerOf2(exponent: i32): void {
    for (; exponent > 31; exponent -= 31) this.scale(1 << 31, 0);
    this.scale(1 << exponent, 0);
  }

  /** Less than 0, 0 or more, as this number is less than another, equal or greater. */
  compare(other: Natural): i32 {
    if (this.size != other.size) return this.size - other.size;
    for (let i = this.size - 1; i >= 0; i--) {
      const own = this.limbAt(i), others = other.limbAt(i);
      if (own != others) return own < others ? -1 : 1;
    }
    return 0;
  }

  /** The nearest double, of a number of 2 to 33 limbs; changes the number. */
  toDouble(): f64 {
    const zeros = <i32>clz(this.limbAt(this.size - 1));
    this.scaleByPowerOf2(zeros);
    let rest: u32 = 0;
    for (let i = this.size - 3; i >= 0; i--) rest |= this.limbAt(i);
    const first = <u64>this.limbAt(this.size - 1) << 32 | <u64>this.limbAt(this.size - 2);
    const exponent = 32 * (this.size - 2) - zeros;
    // A bit below the last one of a double stands for all that follow.
    return <f64>(first | <u64>(rest != 0)) * reinterpret<f64>(<u64>(1023 + exponent) << 52);
  }

  // @ts-ignore: decorator
  @inline
  private limbAt(index: i32): u32 {
    return load<u32>(changetype<usize>(this) + (<usize>index << 2), 4);
  }

  // @ts-ignore: decorator
  @inline
  private putLimb(index: i32, limb: u32): void {
    store<u32>(changetype<usize>(this) + (<usize>index << 2), limb, 4);
  }
}
