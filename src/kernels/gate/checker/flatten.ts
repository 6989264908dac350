import type { ByteReader } from "./byte_reader.ts";
import { ATOMIC_LOAD, CALL, END, IF, IMMEDIATES, LOOP, prefixed, PREFIXES } from "./immediates.ts";

/** A function's instructions in a row, without their structure. */
export interface Instructions {
  opcodes: number[];
  /** Where each begins, and where the last one ends. */
  offsets: number[];
  /** The functions that it calls directly, as often as it does. */
  callees: number[];
}

/**
 * Reads a function's instructions up to the offset where its body ends.
 *
 * @param end Where the section of code says that the body ends.
 */
export function flatten(reader: ByteReader, end: number): Instructions {
  const opcodes: number[] = [];
  const offsets: number[] = [];
  const callees: number[] = [];
  let depth = 1;
  while (reader.position < end) {
    const { position } = reader;
    reader.need(depth > 0, "code follows the last end");
    const opcode = readOpcode(reader);
    opcodes.push(opcode);
    offsets.push(position);
    if (opcode === ATOMIC_LOAD) reader.pass(3); // its bytes are compared with a poll's
    else if (opcode === CALL) callees.push(reader.count());
    else readFields(reader, opcode, position);
    if (opcode === 0x02 || opcode === LOOP || opcode === IF) depth++;
    if (opcode === END) depth--;
  }
  reader.need(reader.position === end && depth === 0, "a body does not end where it should");
  offsets.push(end);
  return { opcodes, offsets, callees };
}

function readOpcode(reader: ByteReader): number {
  const octet = reader.octet();
  return PREFIXES.includes(octet) ? prefixed(octet, Math.min(reader.count(), 65535)) : octet;
}

function readFields(reader: ByteReader, opcode: number, offset: number): void {
  const fields = IMMEDIATES.get(opcode);
  if (fields === undefined) {
    reader.fail(`instruction ${opcode.toString(16)} is not allowed`, offset);
  }
  for (const field of fields) readField(reader, field);
}

function readField(reader: ByteReader, field: string): void {
  const { position } = reader;
  switch (field) {
    case "u":
      reader.count();
      return;
    case "i":
    case "t": // one byte, or an index of at most 5
      reader.leb(5);
      return;
    case "l":
      reader.leb(10);
      return;
    case "v":
      for (let labels = reader.count() + 1; labels > 0; labels--) reader.count();
      return;
    case "m":
      reader.need(reader.count() <= 4, "an instruction names another memory than 0", position);
      reader.count();
      return;
    case "z":
      reader.need(reader.octet() === 0, "an instruction names another memory than 0", position);
      return;
    case "1":
      return reader.pass(1);
    case "4":
      return reader.pass(4);
    case "8":
      return reader.pass(8);
    default:
      return reader.pass(16);
  }
}
