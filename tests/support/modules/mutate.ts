import type { Random } from "../random.ts";
import type { ModuleSpec } from "./kernel_module.ts";

/** Changes bytes anywhere: flips, cuts, swaps, doublings, pieces of another module, length lies. */
export function mutateBytes(
  random: Random,
  bytes: Uint8Array,
  other: Uint8Array,
): Uint8Array<ArrayBuffer> {
  let mutant = [...bytes];
  for (let left = random.pick([1, 1, 1, 2, 5]); left > 0; left--) {
    mutant = mutate(random, mutant, [...other]);
  }
  return Uint8Array.from(mutant);
}

/** Changes the code of functions, whose sizes then are right: more of these pass the gate. */
export function mutateCode(random: Random, spec: ModuleSpec): ModuleSpec {
  const functions = [...spec.functions ?? []];
  for (let left = random.between(1, 3); left > 0; left--) {
    const index = random.below(functions.length);
    const other = random.pick(functions).code;
    functions[index] = {
      ...functions[index],
      code: mutate(random, functions[index].code, other),
    };
  }
  return { ...spec, functions };
}

/** Bytes that mean something: structure, calls, memory, prefixes, large numbers. */
const TELLING = [
  ...[0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0b, 0x0c, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x19],
  ...[0x1a, 0x20, 0x23, 0x28, 0x3f, 0x40, 0x41, 0x42, 0x60, 0x6f, 0x70, 0x7f, 0x80, 0xc5, 0xd0],
  ...[0xfb, 0xfc, 0xfd, 0xfe, 0xff],
];

function mutate(random: Random, bytes: number[], other: number[]): number[] {
  const { length } = bytes;
  if (length === 0) return [random.pick(TELLING)];
  const at = random.below(length);
  const end = Math.min(length, at + 1 + random.below(random.pick([1, 4, 30])));
  const [before, piece, after] = [bytes.slice(0, at), bytes.slice(at, end), bytes.slice(end)];
  switch (random.below(9)) {
    case 0:
    case 1:
      return [...before, bytes[at] ^ (1 << random.below(8)), ...bytes.slice(at + 1)];
    case 2:
      return [...before, random.pick(TELLING), ...bytes.slice(at + 1)];
    case 3:
      return [...before, random.pick(TELLING), ...piece, ...after];
    case 4:
      return [...before, ...after];
    case 5:
      return [...before, ...piece, ...piece, ...after];
    case 6: { // a piece of another
      const from = random.below(other.length);
      return [...before, ...other.slice(from, from + random.below(40)), ...after];
    }
    case 7: { // two pieces change places
      const middle = random.below(after.length + 1);
      return [...before, ...after.slice(0, middle), ...piece, ...after.slice(middle)];
    }
    default: { // a number, perhaps a length, becomes another or longer
      const lie = random.pick([bytes[at] + 1, bytes[at] - 1, bytes[at] | 0x80, 0]) & 0xff;
      return [...before, lie, ...bytes.slice(at + 1)];
    }
  }
}
