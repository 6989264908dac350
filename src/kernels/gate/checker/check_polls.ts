import type { ByteReader } from "./byte_reader.ts";
import type { Instructions } from "./flatten.ts";
import {
  ATOMIC_LOAD,
  CALL,
  CALL_INDIRECT,
  END,
  I32_CONST,
  IF,
  LOOP,
  MEMORY_COPY,
  MEMORY_FILL,
  MEMORY_GROW,
  MEMORY_INIT,
  UNREACHABLE,
} from "./immediates.ts";

/** The opcodes of a poll, and its bytes. */
const SEQUENCE = [I32_CONST, ATOMIC_LOAD, IF, UNREACHABLE, END];
const BYTES = [0x41, 0x00, 0xfe, 0x10, 0x42, 0x01, 0x00, 0x04, 0x40, 0x00, 0x0b];

const RANGES = [MEMORY_GROW, MEMORY_INIT, MEMORY_COPY, MEMORY_FILL];

/** What the checks of all functions together must know of each. */
export interface CheckedFunction {
  /** Where its instructions begin. */
  offset: number;
  pollsAtEntry: boolean;
  /** How many it has, those of polls left out. */
  instructions: number;
  /** What it calls, as often as it does. */
  callees: number[];
  /** Those of them behind whose call no poll stands. */
  unpolled: number[];
  /** Whether it calls by the table. */
  callsAny: boolean;
}

/**
 * Proves of one function that it polls wherever it must by itself, and that nothing but polls reads
 * the leash. Whether it must poll at its entry and behind direct calls depends on all others.
 */
export function checkPolls(
  reader: ByteReader,
  { opcodes, offsets, callees }: Instructions,
): CheckedFunction {
  const polls = new Set<number>();
  for (let i = 0; i < opcodes.length; i++) {
    if (opcodes[i] !== ATOMIC_LOAD) continue;
    const isPoll = i > 0 && offsets[i + 4] - offsets[i - 1] === BYTES.length &&
      BYTES.every((byte, at) => reader.view.getUint8(offsets[i - 1] + at) === byte) &&
      SEQUENCE.every((opcode, step) => opcodes[i - 1 + step] === opcode);
    reader.need(isPoll, "an atomic load is no part of a poll", offsets[i]);
    polls.add(i - 1);
  }
  const unpolled: number[] = [];
  let calls = 0;
  for (let i = 0; i < opcodes.length; i++) {
    const opcode = opcodes[i];
    if (opcode === CALL) {
      const callee = callees[calls++];
      if (!polls.has(i + 1)) unpolled.push(callee);
    }
    if (opcode === CALL_INDIRECT) {
      reader.need(polls.has(i + 1), "no poll follows a call by the table", offsets[i]);
    }
    if (opcode === LOOP) reader.need(polls.has(i + 1), "a loop does not poll", offsets[i]);
    if (RANGES.includes(opcode)) {
      reader.need(
        polls.has(i - SEQUENCE.length),
        "an operation on memory does not poll",
        offsets[i],
      );
    }
  }
  return {
    offset: offsets[0],
    pollsAtEntry: polls.has(0),
    instructions: opcodes.length - polls.size * SEQUENCE.length,
    callees,
    unpolled,
    callsAny: opcodes.includes(CALL_INDIRECT),
  };
}
