import type { DecimalType, ValueType } from "./kernel_manifest.ts";
import { divideHalfUp } from "./quotients.ts";

/**
 * How types of decimals are written: without zeros in front. With more than 18 fraction digits, not
 * even 1 would fit in 64 bits.
 */
export const DECIMAL_TYPE = /^decimal\((\d|1[0-8])\)$/;

/** Whether a text names a type of decimals. */
export function isDecimalType(type: unknown): type is DecimalType {
  return typeof type === "string" && DECIMAL_TYPE.test(type);
}

/** How many fraction digits a type of values has; undefined where it is no type of decimals. */
export function scaleOf(type: string | undefined): number | undefined {
  const digits = DECIMAL_TYPE.exec(type ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A decimal number with all of its digits: so many units of 10^-scale. */
export class Decimal {
  /** @param scale How many fraction digits it has, 0 to 18. */
  constructor(readonly units: bigint, readonly scale: number) {}

  /** All digits, of which exactly `scale` follow the point; there is none at a scale of 0. */
  toString(): string {
    const { units, scale } = this;
    if (scale === 0) return String(units);
    const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
    return `${units < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  }

  /** The same number with so many fraction digits, or the nearest one; of two the greater. */
  rounded(scale: number): Decimal {
    const more = scale - this.scale;
    const units = more < 0
      ? divideHalfUp(this.units, 10n ** BigInt(-more))
      : this.units * 10n ** BigInt(more);
    return new Decimal(units, scale);
  }
}

/** How values of a type are held: decimals as a number of units. */
export function heldAs(type: ValueType): "i64" | "f64" {
  return type === "f64" ? "f64" : "i64";
}
