import { F32, F64, I32, I64, u32, V128 } from "./binary.ts";

/** An instruction that takes values and leaves one. */
export interface TypedInstruction {
  bytes: number[];
  takes: number[];
}

type Row = [result: number, takes: number[], first: number, last: number];

// Opcodes of one byte, by type.
const PLAIN: Row[] = [
  [I32, [I32], 0x45, 0x45],
  [I32, [I32, I32], 0x46, 0x4f],
  [I32, [I64], 0x50, 0x50],
  [I32, [I64, I64], 0x51, 0x5a],
  [I32, [F32, F32], 0x5b, 0x60],
  [I32, [F64, F64], 0x61, 0x66],
  [I32, [I32], 0x67, 0x69],
  [I32, [I32, I32], 0x6a, 0x78],
  [I64, [I64], 0x79, 0x7b],
  [I64, [I64, I64], 0x7c, 0x8a],
  [F32, [F32], 0x8b, 0x91],
  [F32, [F32, F32], 0x92, 0x98],
  [F64, [F64], 0x99, 0x9f],
  [F64, [F64, F64], 0xa0, 0xa6],
  [I32, [I64], 0xa7, 0xa7],
  [I32, [F32], 0xa8, 0xa9],
  [I32, [F64], 0xaa, 0xab],
  [I64, [I32], 0xac, 0xad],
  [I64, [F32], 0xae, 0xaf],
  [I64, [F64], 0xb0, 0xb1],
  [F32, [I32], 0xb2, 0xb3],
  [F32, [I64], 0xb4, 0xb5],
  [F32, [F64], 0xb6, 0xb6],
  [F64, [I32], 0xb7, 0xb8],
  [F64, [I64], 0xb9, 0xba],
  [F64, [F32], 0xbb, 0xbb],
  [I32, [F32], 0xbc, 0xbc],
  [I64, [F64], 0xbd, 0xbd],
  [F32, [I32], 0xbe, 0xbe],
  [F64, [I64], 0xbf, 0xbf],
  [I32, [I32], 0xc0, 0xc1],
  [I64, [I64], 0xc2, 0xc4],
];

const SATURATING: Row[] = [
  [I32, [F32], 0, 1],
  [I32, [F64], 2, 3],
  [I64, [F32], 4, 5],
  [I64, [F64], 6, 7],
];

const VECTORS: Row[] = [
  [V128, [V128, V128], 0x0e, 0x0e], // swizzle
  [V128, [I32], 0x0f, 0x11], // splats
  [V128, [I64], 0x12, 0x12],
  [V128, [F32], 0x13, 0x13],
  [V128, [F64], 0x14, 0x14],
  [V128, [V128, V128], 0x23, 0x4c], // comparisons
  [V128, [V128], 0x4d, 0x4d],
  [V128, [V128, V128], 0x4e, 0x51],
  [V128, [V128, V128, V128], 0x52, 0x52], // bitselect
  [I32, [V128], 0x53, 0x53],
  [V128, [V128], 0x5e, 0x62],
  [I32, [V128], 0x63, 0x64], // all_true, bitmask
  [V128, [V128, V128], 0x65, 0x66],
  [V128, [V128, I32], 0x6b, 0x6d], // shifts
  [V128, [V128, V128], 0x6e, 0x73],
  [V128, [V128, V128], 0xae, 0xae],
  [V128, [V128, V128], 0xb5, 0xba],
  [V128, [V128, V128], 0xe4, 0xeb],
  [V128, [V128], 0xf8, 0xff],
];

/** Instructions by the type of what they leave. */
export const TYPED: Record<number, TypedInstruction[]> = {
  [I32]: [],
  [I64]: [],
  [F32]: [],
  [F64]: [],
  [V128]: [],
};

function add(rows: Row[], prefix: number[], encode: (opcode: number) => number[]): void {
  for (const [result, takes, first, last] of rows) {
    for (let opcode = first; opcode <= last; opcode++) {
      TYPED[result].push({ bytes: [...prefix, ...encode(opcode)], takes });
    }
  }
}

add(PLAIN, [], (opcode) => [opcode]);
add(SATURATING, [0xfc], u32);
add(VECTORS, [0xfd], u32);

// With immediates: loads at any address, lanes.
TYPED[I32].push({ bytes: [0x28, 2, 8], takes: [I32] }, { bytes: [0x2d, 0, 0], takes: [I32] });
TYPED[I64].push({ bytes: [0x29, 3, 0], takes: [I32] });
TYPED[F32].push({ bytes: [0x2a, 2, 0], takes: [I32] });
TYPED[F64].push({ bytes: [0x2b, 3, 0], takes: [I32] });
TYPED[V128].push({ bytes: [0xfd, 0x00, 4, 16], takes: [I32] });
TYPED[V128].push({ bytes: [0xfd, 0x54, 0, 0, 3], takes: [I32, V128] });
TYPED[I32].push({ bytes: [0xfd, 0x1b, 3], takes: [V128] });
TYPED[I64].push({ bytes: [0xfd, 0x1d, 1], takes: [V128] });
TYPED[V128].push({ bytes: [0xfd, 0x0d, ...new Array(16).fill(31)], takes: [V128, V128] });

/** Instructions that take values and leave none. */
export const STORES: TypedInstruction[] = [
  { bytes: [0x36, 2, 0], takes: [I32, I32] },
  { bytes: [0x37, 3, 4], takes: [I32, I64] },
  { bytes: [0x38, 2, 0], takes: [I32, F32] },
  { bytes: [0x39, 3, 0], takes: [I32, F64] },
  { bytes: [0x3a, 0, 1], takes: [I32, I32] },
  { bytes: [0xfd, 0x0b, 4, 0], takes: [I32, V128] },
  { bytes: [0xfd, 0x58, 0, 0, 15], takes: [I32, V128] },
  { bytes: [0xfc, 0x0b, 0x00], takes: [I32, I32, I32] }, // memory.fill
  { bytes: [0xfc, 0x0a, 0x00, 0x00], takes: [I32, I32, I32] }, // memory.copy
  { bytes: [0xfc, 0x08, 0x00, 0x00], takes: [I32, I32, I32] }, // memory.init
  { bytes: [0xfc, 0x09, 0x00], takes: [] }, // data.drop
];
