import { assertEquals } from "@std/assert";
import { FC_KINDS, FD_KINDS, Kind, PLAIN_KINDS } from "../../../src/kernels/gate/instructions.ts";
import { IMMEDIATES, prefixed } from "../../../src/kernels/gate/checker/immediates.ts";
import { END, i32, u32, UNREACHABLE } from "../../support/modules/binary.ts";
import { IDLE, kernelModule, T_NONE } from "../../support/modules/kernel_module.ts";
import { offsetOf, refusalOf } from "../../support/modules/refusals.ts";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";

// Every opcode, one by one, against the engine's opinion: `unreachable` before it gives it whatever
// operands it wants, and another behind it takes its results away.

/** Zero bytes that satisfy every immediate, by kind. */
function immediates(kind: Kind): number[] {
  switch (kind) {
    case Kind.Block:
    case Kind.Loop:
      return [0x40, UNREACHABLE, END];
    case Kind.If:
      return [0x40, END];
    case Kind.Memory:
      return [0, 0];
    case Kind.MemoryLane:
      return [0, 0, 0];
    case Kind.BranchTable:
    case Kind.CallIndirect:
    case Kind.MemoryInit:
    case Kind.MemoryCopy:
      return [0, 0];
    case Kind.Plain:
    case Kind.Leave:
      return [];
    case Kind.Bytes4:
      return [0, 0, 0, 0];
    case Kind.Bytes8:
      return new Array(8).fill(0);
    case Kind.Bytes16:
    case Kind.Shuffle:
      return new Array(16).fill(0);
    default:
      return [0];
  }
}

function moduleWith(opcode: number[], kind: Kind): Uint8Array<ArrayBuffer> {
  const callIndirect = kind === Kind.CallIndirect ? [T_NONE, 0] : undefined;
  const code = [UNREACHABLE, ...opcode, ...callIndirect ?? immediates(kind), UNREACHABLE];
  return kernelModule({
    functions: [...IDLE, { type: T_NONE, locals: [[1, 0x7f]], code }],
    table: 1,
    globals: [[0x7f, 1, ...i32(0), END]],
    dataCount: 1,
    data: [[1, 0]],
  });
}

interface Opcode {
  bytes: number[];
  kind: Kind;
  /** As the second checker numbers it. */
  number: number;
}

function* opcodes(): Generator<Opcode> {
  for (let byte = 0; byte < 0x100; byte++) {
    if (byte === 0xfc || byte === 0xfd) continue;
    yield { bytes: [byte], kind: PLAIN_KINDS[byte], number: byte };
  }
  for (let sub = 0; sub < 0x120; sub++) {
    for (const [prefix, kinds] of [[0xfc, FC_KINDS], [0xfd, FD_KINDS]] as const) {
      const kind = kinds[sub] ?? Kind.Refused;
      yield { bytes: [prefix, ...u32(sub)], kind, number: prefixed(prefix, sub) };
    }
  }
}

const STRUCTURE = [0x05, 0x0b]; // else and end, which do not stand alone

Deno.test("each admitted opcode is one of the engine's, with the immediates that it reads", () => {
  let admitted = 0;
  for (const { bytes, kind } of opcodes()) {
    if (kind === Kind.Refused || STRUCTURE.includes(bytes[0])) continue;
    admitModule(moduleWith(bytes, kind));
    admitted++;
  }
  // The first version's, sign extension, what 0xfc and 0xfd begin; without else and end.
  assertEquals(admitted, 172 + 5 + 12 + 236 - 2);
});

Deno.test("each other opcode is refused at its offset, in its function", () => {
  for (const { bytes, kind } of opcodes()) {
    if (kind !== Kind.Refused) continue;
    const module = moduleWith(bytes, kind);
    const { code, offset, function: index } = refusalOf(module);
    const expected = { code: "kernel_refused", index: 2, at: bytes };
    const at = [...module.subarray(offset, offset! + bytes.length)];
    assertEquals({ code, index, at }, expected);
  }
});

Deno.test("both checkers know the same opcodes", () => {
  for (const { bytes, kind, number } of opcodes()) {
    assertEquals(IMMEDIATES.has(number), kind !== Kind.Refused, `opcode ${bytes}`);
  }
});

// What the engine knows beyond the whitelist is named in the refusal.
const PROPOSALS: [name: string, instructions: number[]][] = [
  ["exceptions are not admitted", [0x06, 0x40, 0x19, END]], // try catch_all
  ["exceptions are not admitted", [0x1f, 0x40, 0x00, END]], // try_table
  ["exceptions are not admitted", [0x08, 0x00]], // throw
  ["tail calls are not admitted", [0x12, 0x00]], // return_call
  ["tail calls are not admitted", [0x13, 0x00, 0x00]],
  ["function references are not admitted", [0x14, 0x00]], // call_ref
  ["reference types are not admitted", [0xd0, 0x70]], // ref.null func
  ["reference types are not admitted", [0x25, 0x00]], // table.get
  ["reference types are not admitted", [0x1c, 0x01, 0x7f]], // select i32
  ["garbage collection is not admitted", [0xfb, 0x1c]], // ref.i31
  ["threads are not admitted", [0xfe, 0x10, 0x02, 0x00]], // i32.atomic.load
  ["threads are not admitted", [0xfe, 0x01, 0x02, 0x00]], // memory.atomic.wait32
  ["threads are not admitted", [0xfe, 0x03, 0x00]], // atomic.fence
  ["relaxed SIMD is not admitted", [0xfd, 0x80, 0x02]], // i8x16.relaxed_swizzle
  ["operations on tables are not admitted", [0xfc, 0x0e, 0x00, 0x00]], // table.copy
  ["operations on tables are not admitted", [0xfc, 0x0f, 0x00]], // table.grow
  ["there is no such instruction", [0xff]],
  ["an instruction names another memory", [0x28, 0x42, 0x01, 0x00]], // i32.load memory=1
  ["an instruction names another memory", [0x36, 0xc2, 0x80, 0x00, 0x01, 0x00]], // padded
  ["an instruction names another memory", [0xfd, 0x00, 0x40, 0x01, 0x00]], // v128.load
  ["an instruction names another memory", [0x3f, 0x01]], // memory.size
  ["an instruction names another memory", [0x40, 0x01]], // memory.grow
  ["an instruction names another memory", [0xfc, 0x0b, 0x01]], // memory.fill
  ["an instruction names another memory", [0xfc, 0x0a, 0x00, 0x01]], // memory.copy
  ["an instruction names another memory", [0xfc, 0x0a, 0x01, 0x00]],
  ["an instruction names another memory", [0xfc, 0x08, 0x00, 0x01]], // memory.init
  ["a call names another table", [0x11, T_NONE, 0x01]],
];

Deno.test("instructions of other proposals are refused by name", () => {
  for (const [name, code] of PROPOSALS) {
    const module = kernelModule({
      functions: [...IDLE, { type: T_NONE, code: [UNREACHABLE, ...code, UNREACHABLE] }],
      table: 1,
      dataCount: 1,
      data: [[1, 0]],
    });
    const { reason, offset, function: index } = refusalOf(module);
    assertEquals([reason.replace(/^instruction [^:]+: /, ""), index], [name, 2]);
    const from = offsetOf(module, code);
    assertEquals(offset! >= from && offset! < from + code.length, true, `${name} at ${offset}`);
  }
});
