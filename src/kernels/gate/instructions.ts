import { hex } from "./cursor.ts";

/** What follows an opcode, and what the walker does about it. */
export enum Kind {
  Refused,
  Plain,
  Block,
  Loop,
  If,
  Else,
  End,
  /** `unreachable` and `return`: nothing reaches what follows. */
  Leave,
  Branch,
  BranchIf,
  BranchTable,
  Call,
  CallIndirect,
  Local,
  Global,
  /** Alignment and offset. */
  Memory,
  /** Alignment, offset and a lane. */
  MemoryLane,
  MemorySize,
  MemoryGrow,
  I32,
  I64,
  Bytes4,
  Bytes8,
  Bytes16,
  /** One lane. */
  Lane,
  /** Sixteen lanes of two vectors. */
  Shuffle,
  MemoryInit,
  DataDrop,
  MemoryCopy,
  MemoryFill,
  PrefixFc,
  PrefixFd,
}

function table(size: number, rows: [first: number, last: number, kind: Kind][]): Uint8Array {
  const kinds = new Uint8Array(size); // Kind.Refused
  for (const [first, last, kind] of rows) kinds.fill(kind, first, last + 1);
  return kinds;
}

/** Opcodes of one byte. */
export const PLAIN_KINDS: Uint8Array = table(256, [
  [0x00, 0x00, Kind.Leave], // unreachable
  [0x01, 0x01, Kind.Plain], // nop
  [0x02, 0x02, Kind.Block],
  [0x03, 0x03, Kind.Loop],
  [0x04, 0x04, Kind.If],
  [0x05, 0x05, Kind.Else],
  [0x0b, 0x0b, Kind.End],
  [0x0c, 0x0c, Kind.Branch],
  [0x0d, 0x0d, Kind.BranchIf],
  [0x0e, 0x0e, Kind.BranchTable],
  [0x0f, 0x0f, Kind.Leave], // return
  [0x10, 0x10, Kind.Call],
  [0x11, 0x11, Kind.CallIndirect],
  [0x1a, 0x1b, Kind.Plain], // drop, select
  [0x20, 0x22, Kind.Local],
  [0x23, 0x24, Kind.Global],
  [0x28, 0x3e, Kind.Memory], // loads and stores
  [0x3f, 0x3f, Kind.MemorySize],
  [0x40, 0x40, Kind.MemoryGrow],
  [0x41, 0x41, Kind.I32],
  [0x42, 0x42, Kind.I64],
  [0x43, 0x43, Kind.Bytes4],
  [0x44, 0x44, Kind.Bytes8],
  [0x45, 0xbf, Kind.Plain], // comparisons, arithmetic, conversions
  [0xc0, 0xc4, Kind.Plain], // sign extension
  [0xfc, 0xfc, Kind.PrefixFc],
  [0xfd, 0xfd, Kind.PrefixFd],
]);

/** Opcodes after 0xfc. */
export const FC_KINDS: Uint8Array = table(12, [
  [0, 7, Kind.Plain], // saturating conversions
  [8, 8, Kind.MemoryInit],
  [9, 9, Kind.DataDrop],
  [10, 10, Kind.MemoryCopy],
  [11, 11, Kind.MemoryFill],
]);

/** Opcodes after 0xfd: vectors of 128 bits, without the relaxed ones from 0x100 on. */
export const FD_KINDS: Uint8Array = table(256, [
  [0x00, 0x0b, Kind.Memory],
  [0x0c, 0x0c, Kind.Bytes16],
  [0x0d, 0x0d, Kind.Shuffle],
  [0x0e, 0x14, Kind.Plain], // swizzle, splats
  [0x15, 0x22, Kind.Lane],
  [0x23, 0x53, Kind.Plain], // comparisons, bits
  [0x54, 0x5b, Kind.MemoryLane],
  [0x5c, 0x5d, Kind.Memory],
  [0x5e, 0x99, Kind.Plain], // arithmetic; what is not named here and below is no instruction
  [0x9b, 0xa1, Kind.Plain],
  [0xa3, 0xa4, Kind.Plain],
  [0xa7, 0xae, Kind.Plain],
  [0xb1, 0xb1, Kind.Plain],
  [0xb5, 0xba, Kind.Plain],
  [0xbc, 0xc1, Kind.Plain],
  [0xc3, 0xc4, Kind.Plain],
  [0xc7, 0xce, Kind.Plain],
  [0xd1, 0xd1, Kind.Plain],
  [0xd5, 0xe1, Kind.Plain],
  [0xe3, 0xed, Kind.Plain],
  [0xef, 0xff, Kind.Plain],
]);

const PROPOSALS: [first: number, last: number, name: string][] = [
  [0x06, 0x0a, "exceptions are"],
  [0x18, 0x19, "exceptions are"],
  [0x1f, 0x1f, "exceptions are"],
  [0x12, 0x13, "tail calls are"],
  [0x14, 0x15, "function references are"],
  [0x1c, 0x1c, "reference types are"],
  [0x25, 0x26, "reference types are"],
  [0xd0, 0xd6, "reference types are"],
  [0xfb, 0xfb, "garbage collection is"],
  [0xfe, 0xfe, "threads are"],
];

/** Why an instruction is refused. */
export function refusalOf(opcode: number, sub?: number): string {
  const name = sub === undefined ? hex(opcode) : `${hex(opcode)} ${hex(sub)}`;
  const proposal = PROPOSALS.find(([first, last]) => first <= opcode && opcode <= last);
  const what = proposal?.[2] ?? proposalOf(opcode, sub ?? 0);
  return `instruction ${name}: ${what ? `${what} not admitted` : "there is no such instruction"}`;
}

function proposalOf(opcode: number, sub: number): string | undefined {
  if (opcode === 0xfd && sub >= 0x100) return "relaxed SIMD is";
  if (opcode === 0xfc && sub >= 12 && sub <= 17) return "operations on tables are";
}
