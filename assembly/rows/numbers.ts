const ZERO: u8 = 0x30;
const POINT: u8 = 0x2e;

/** Writes an integer in decimal digits. Returns the address behind them. */
// @ts-ignore: decorator
@inline
export function writeInteger(value: u64, out: usize): usize {
  if (value < 10) {
    store<u8>(out, ZERO + <u8>value);
    return out + 1;
  }
  return writeDigits(value, countDigits(value), out);
}

/** Writes a number of units, of whose digits `scale` follow the point. */
export function writeDecimal(units: u64, scale: u32, out: usize): usize {
  let unit: u64 = 1;
  for (let i: u32 = 0; i < scale; i++) unit *= 10;
  const whole = units / unit;
  out = writeInteger(whole, out);
  store<u8>(out++, POINT);
  return writeDigits(units - whole * unit, scale, out);
}

function countDigits(value: u64): u32 {
  let digits: u32 = 1;
  while (value >= 10000) {
    value /= 10000;
    digits += 4;
  }
  return digits + <u32>(value >= 10) + <u32>(value >= 100) + <u32>(value >= 1000);
}

/** Writes so many digits, with zeroes before those that the value has. */
function writeDigits(value: u64, digits: u32, out: usize): usize {
  const end = out + digits;
  let at = end;
  while (value > 0xffffffff) {
    const rest = value / 10;
    store<u8>(--at, ZERO + <u8>(value - rest * 10));
    value = rest;
  }
  let low = <u32>value; // division of 32 bits takes a third of the time
  while (at > out) {
    const rest = low / 10;
    store<u8>(--at, ZERO + <u8>(low - rest * 10));
    low = rest;
  }
  return end;
}
