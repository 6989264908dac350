// How many operands more, or fewer, the stack has after an instruction whose effect is fixed.

function table(size: number, rows: [effect: number, opcodes: string][]): Int8Array {
  const effects = new Int8Array(size);
  for (const [effect, opcodes] of rows) {
    for (const part of opcodes.split(" ")) {
      const [first, last = first] = part.split("-").map((digits) => parseInt(digits, 16));
      effects.fill(effect, first, last + 1);
    }
  }
  return effects;
}

/** By opcode of one byte; blocks and calls are not in it. */
export const PLAIN_EFFECTS: Int8Array = table(256, [
  [1, "20 23 3f 41-44"], // local.get, global.get, memory.size, constants
  [-1, "04 0d 1a 21 24"], // conditions, drop, local.set, global.set
  [-2, "1b 36-3e"], // select, stores
  [-1, "46-4f 51-66 6a-78 7c-8a 92-98 a0-a6"], // what takes two operands
]);

/** By opcode after 0xfc. */
export const FC_EFFECTS: Int8Array = table(12, [[-3, "8 a b"]]);

/** By opcode after 0xfd. */
export const FD_EFFECTS: Int8Array = table(256, [
  [1, "0c"],
  [-1, "0d 0e 17 1a 1c 1e 20 22 23-4c 4e-51 54-57"],
  [-2, "0b 52 58-5b"],
  [-1, "65-66 6b-73 76-79 7b 82 85-86 8b-93 95-99 9b-9f ab-ae b1 b5-ba bc-bf"],
  [-1, "cb-ce d1 d5-df e4-eb f0-f7"],
]);
