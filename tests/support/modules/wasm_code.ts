/** Code of WebAssembly: bytes, nested as is handy. */
export type Code = number | readonly Code[];

export function flatten(code: Code): number[] {
  return typeof code === "number" ? [code] : code.flatMap(flatten);
}

/** LEB128. */
export function unsigned(value: number): number[] {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push(value % 0x80 + 0x80);
  return [...bytes, value];
}

/** LEB128, signed. */
function signed(value: number): number[] {
  const bytes = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    if (value === (byte & 0x40 ? -1 : 0)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

/** A vector: its length, and what is in it. */
export function vector(items: readonly Code[]): number[] {
  return [...unsigned(items.length), ...items.flatMap(flatten)];
}

/** Bytes that their number precedes. */
export function sized(code: Code): number[] {
  const bytes = flatten(code);
  return [...unsigned(bytes.length), ...bytes];
}

export const text = (name: string): number[] => sized([...new TextEncoder().encode(name)]);

// Instructions.

export const I32 = 0x7f;
export const VOID = 0x40;
export const UNREACHABLE = 0x00;
export const DROP = 0x1a;
export const END = 0x0b;
export const RETURN = 0x0f;
export const ADD = 0x6a;
export const SUB = 0x6b;
export const SHIFT_LEFT = 0x74;
export const OR = 0x72;
export const EQUAL = 0x46;
export const EQUALS_ZERO = 0x45;
export const AT_LEAST = 0x4f;
export const ABOVE = 0x4b;

export const constant = (value: number): Code => [0x41, signed(value)];
export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number): Code => [0x21, unsigned(local)];
export const tee = (local: number): Code => [0x22, unsigned(local)];
export const getGlobal = (global: number): Code => [0x23, unsigned(global)];
export const setGlobal = (global: number): Code => [0x24, unsigned(global)];
export const call = (index: number): Code => [0x10, unsigned(index)];
export const load8: Code = [0x2d, 0, 0];
export const store32: Code = [0x36, 0, 0];
export const store16: Code = [0x3b, 0, 0];
export const grow: Code = [0x40, 0];
export const memorySize: Code = [0x3f, 0];
export const copyMemory: Code = [0xfc, 0x0a, 0, 0];

/** Traps when the leash, memory 1, is not 0: as the gate writes it. */
export const POLL: Code = [0x41, 0, 0xfe, 0x10, 0x42, 1, 0, 0x04, VOID, UNREACHABLE, END];

/** `loop` with a poll at its head; branch 0 goes on, the end leaves. */
export const loop = (...code: Code[]): Code => [0x03, VOID, POLL, code, END];
export const block = (...code: Code[]): Code => [0x02, VOID, code, END];
export const when = (...code: Code[]): Code => [0x04, VOID, code, END];
export const branch = (depth: number): Code => [0x0c, unsigned(depth)];
export const branchIf = (depth: number): Code => [0x0d, unsigned(depth)];
