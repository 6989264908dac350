/**
 * What follows each opcode that an admitted module may have, one letter a field:
 *
 * - `u` a number of 32 bits, unsigned; `i` one of 32 bits, `l` one of 64, signed
 * - `t` the type of a block; `v` a vector of labels and one more
 * - `m` alignment and offset in memory 0; `z` a byte that is 0
 * - `1` a byte; `4`, `8`, `S` 4, 8 or 16 of them
 *
 * Opcodes behind a prefix are `prefix * 65536 + number`.
 */
export const IMMEDIATES: ReadonlyMap<number, string> = new Map(rows());

export const PREFIXES: readonly number[] = [0xfc, 0xfd, 0xfe];

export function prefixed(prefix: number, number: number): number {
  return prefix * 65536 + number;
}

// Those that the checker knows by name.
export const UNREACHABLE = 0x00;
export const LOOP = 0x03;
export const IF = 0x04;
export const END = 0x0b;
export const CALL = 0x10;
export const CALL_INDIRECT = 0x11;
export const I32_CONST = 0x41;
export const MEMORY_GROW = 0x40;
export const MEMORY_INIT = prefixed(0xfc, 8);
export const MEMORY_COPY = prefixed(0xfc, 10);
export const MEMORY_FILL = prefixed(0xfc, 11);
/** Only within a poll. */
export const ATOMIC_LOAD = prefixed(0xfe, 0x10);

function* rows(): Generator<[number, string]> {
  yield* spread("00 01 05 0b 0f 1a 1b", "");
  yield* spread("02 03 04", "t");
  yield* spread("0c 0d 10 20 21 22 23 24", "u");
  yield* spread("0e", "v");
  yield* spread("11", "uz");
  yield* spread("28-3e", "m");
  yield* spread("3f 40", "z");
  yield* spread("41", "i");
  yield* spread("42", "l");
  yield* spread("43", "4");
  yield* spread("44", "8");
  yield* spread("45-c4", "");
  yield* spread("0-7", "", 0xfc);
  yield* spread("8", "uz", 0xfc);
  yield* spread("9", "u", 0xfc);
  yield* spread("a", "zz", 0xfc);
  yield* spread("b", "z", 0xfc);
  yield* spread("0-b 5c 5d", "m", 0xfd);
  yield* spread("c d", "S", 0xfd);
  yield* spread("e-14 23-53 5e-99 9b-a1 a3 a4 a7-ae b1 b5-ba bc-c1 c3 c4", "", 0xfd);
  yield* spread("c7-ce d1 d5-e1 e3-ed ef-ff", "", 0xfd);
  yield* spread("15-22", "1", 0xfd);
  yield* spread("54-5b", "m1", 0xfd);
}

function* spread(opcodes: string, fields: string, prefix?: number): Generator<[number, string]> {
  for (const part of opcodes.split(" ")) {
    const [first, last = first] = part.split("-").map((digits) => parseInt(digits, 16));
    for (let opcode = first; opcode <= last; opcode++) {
      yield [prefix === undefined ? opcode : prefixed(prefix, opcode), fields];
    }
  }
}
