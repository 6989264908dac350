// The least of WebAssembly's binary format that tests need to write modules by hand.

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;

/** An unsigned LEB128 number. */
export function u32(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return [...bytes, value];
}

/** A signed LEB128 number. */
export function signed(value: number | bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value);; rest >>= 7n) {
    const byte = Number(rest & 0x7fn);
    const isLast = rest >> 6n === 0n || rest >> 6n === -1n;
    bytes.push(isLast ? byte : byte | 0x80);
    if (isLast) return bytes;
  }
}

export function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...u32(bytes.length), ...bytes];
}

/** A vector: the number of its members, then they. */
export function vector(members: number[][]): number[] {
  return [...u32(members.length), ...members.flat()];
}

export function section(id: number, contents: number[]): number[] {
  return [id, ...u32(contents.length), ...contents];
}

export function custom(title: string, contents: number[]): number[] {
  return section(0, [...name(title), ...contents]);
}

export const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** `i32.const`. */
export function i32(value: number): number[] {
  return [0x41, ...signed(value | 0)];
}

export const END = 0x0b;
export const DROP = 0x1a;
export const UNREACHABLE = 0x00;
/** `loop`, `block` and `if` without a value. */
export const LOOP = [0x03, 0x40];
export const BLOCK = [0x02, 0x40];
export const IF = [0x04, 0x40];
export const FILL = [0xfc, 0x0b, 0x00];
export const COPY = [0xfc, 0x0a, 0x00, 0x00];
export const GROW = [0x40, 0x00];

export function branch(label: number): number[] {
  return [0x0c, ...u32(label)];
}

export function call(index: number): number[] {
  return [0x10, ...u32(index)];
}
