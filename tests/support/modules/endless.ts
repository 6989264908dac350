import {
  branch,
  call,
  COPY,
  DROP,
  END,
  FILL,
  GROW,
  I32,
  i32,
  IF,
  LOOP,
  signed,
  u32,
} from "./binary.ts";
import {
  type FunctionSpec,
  kernelModule,
  type ModuleSpec,
  T_MAP,
  T_NONE,
  T_PAIR,
  T_RESERVE,
} from "./kernel_module.ts";

// Kernels that run for ever, or for as long as makes no difference, in all ways that there are.
// Function 0 is `millrace.drain`, which each calls when it has begun.

const DRAIN = { module: "millrace", name: "drain", type: T_PAIR };
const BEGIN = [...i32(0), ...i32(0), ...call(0)];
const RESERVE: FunctionSpec = { type: T_RESERVE, code: i32(0) };

/** A kernel whose `mr_map` says that it has begun, and runs on. Its functions are 3, 4 and so on. */
function endless(code: number[], functions: FunctionSpec[] = [], spec: ModuleSpec = {}) {
  return kernelModule({
    imports: [DRAIN],
    functions: [
      RESERVE,
      { type: T_MAP, locals: [[1, I32]], code: [...BEGIN, ...code] },
      ...functions,
    ],
    ...spec,
  });
}

const FOREVER = [...LOOP, ...branch(0), END];
const MEBIBYTES = 64 * 1024 * 1024;
const times = (count: number, code: number[]): number[] => new Array(count).fill(code).flat();
const MEMORY = { memory: 1024 };

/** Each of `levels` functions calls the next one twice: 2^levels calls without a loop. */
function tree(levels: number): FunctionSpec[] {
  return Array.from({ length: levels }, (_, level) => ({
    type: T_NONE,
    code: level + 1 < levels ? [...call(level + 4), ...call(level + 4)] : [],
  }));
}

/** Calls itself twice, down to a depth, and is no loop either. */
const TREE_RECURSION: FunctionSpec = {
  type: T_MAP,
  code: [
    ...[0x20, 0, ...IF],
    ...[0x20, 0, ...i32(1), 0x6b, ...call(3)],
    ...[0x20, 0, ...i32(1), 0x6b, ...call(3)],
    END,
  ],
};

export const ENDLESS: [name: string, module: () => Uint8Array<ArrayBuffer>][] = [
  ["a loop", () => endless(FOREVER)],
  ["a loop of a start function", () =>
    kernelModule({
      imports: [DRAIN],
      functions: [RESERVE, { type: T_MAP, code: [] }, {
        type: T_NONE,
        code: [...BEGIN, ...FOREVER],
      }],
      start: 3,
    })],
  ["a loop by br_if", () => endless([...LOOP, ...i32(1), 0x0d, 0, END])],
  ["a loop by br_table", () => endless([...LOOP, ...i32(7), 0x0e, 2, 0, 0, 0, END])],
  [
    "a loop of a loop's continuation",
    () => endless([...LOOP, ...LOOP, ...i32(0), 0x0d, 0, ...branch(1), END, END]),
  ],
  [
    "a loop with arithmetic",
    () => endless([...LOOP, 0x20, 0, ...i32(3), 0x6c, 0x21, 0, ...branch(0), END]),
  ],
  ["a tree of calls", () => endless(call(3), tree(60))],
  ["a tree of indirect calls", () =>
    endless([...i32(0), 0x11, T_NONE, 0], tree(60), {
      table: 1,
      elements: [[0, ...i32(0), END, 1, 3]],
    })],
  ["a tree of recursion", () => endless([...i32(60), ...call(3)], [TREE_RECURSION])],
  [
    "calls of short functions",
    () => endless([...LOOP, ...times(2_000, [...i32(0), ...call(1), DROP]), ...branch(0), END]),
  ],
  ["2,000 fills of 64 MiB", () =>
    endless(
      [
        ...LOOP,
        ...times(2_000, [...i32(0), ...i32(1), ...i32(MEBIBYTES), ...FILL]),
        ...branch(0),
        END,
      ],
      [],
      MEMORY,
    )],
  ["copies of 32 MiB", () =>
    endless(
      [
        ...LOOP,
        ...times(2_000, [...i32(0), ...i32(MEBIBYTES / 2), ...i32(MEBIBYTES / 2), ...COPY]),
        ...branch(0),
        END,
      ],
      [],
      MEMORY,
    )],
  [
    "growth beyond the limit",
    () => endless([...LOOP, ...times(2_000, [...i32(1), ...GROW, DROP]), ...branch(0), END]),
  ],
  ["initialisations by a segment", () =>
    endless(
      [
        ...LOOP,
        ...times(2_000, [...i32(0), ...i32(0), ...i32(60_000), 0xfc, 8, 0, 0]),
        ...branch(0),
        END,
      ],
      [],
      { dataCount: 1, data: [[1, ...u32(60_000), ...new Array(60_000).fill(1)]] },
    )],
  ["divisions of 64 bits", () =>
    endless([
      ...LOOP,
      ...times(2_000, [0x42, ...signed(-1n), 0x42, ...signed(3n), 0x7f, DROP]),
      ...branch(0),
      END,
    ])],
];
