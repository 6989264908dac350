import {
  type Code,
  constant,
  END,
  flatten,
  get,
  getGlobal,
  I32,
  POLL,
  setGlobal,
  sized,
  text,
  unsigned,
  vector,
} from "./wasm_code.ts";

const encoder = new TextEncoder();

/** Indices of the functions that every module imports, and of its own. */
export const FUNCTION = { abort: 0, drain: 1, fail: 2, reserve: 3, map: 4, helper: 5 } as const;

/** Indices of the globals: the record in hand, and a number that lives as long as the instance. */
export const GLOBAL = { at: 0, kept: 1 } as const;

/** Where the chunk is put; below it lie the module's data, behind the first page its output. */
export const DATA = 64;
export const OPTIONS = 1024;
export const OUTPUT = 2048;
/** Bytes of output that are gathered before a drain. */
export const OUTPUT_BYTES = 16 * 1024;
export const INPUT = 0x10000;

/** A module of ABI 1, as the gate leaves it: with polls, and its memory imported. */
export interface ModuleParts {
  /** `mr_map(bytes)`: parameter 0 is the bytes of the chunk at INPUT, then come the locals. */
  map: Code;
  /** Locals of `map`, all i32. */
  locals?: number;
  /** `helper(i32) → i32`, for recursion. */
  helper?: Code;
  /** `mr_reserve(bytes) → i32`; as a rule it makes room at INPUT. */
  reserve?: Code;
  /** Runs when the module is instantiated. */
  start?: Code;
  /** `mr_configure(start, bytes)`. */
  configure?: Code;
  /** Bytes at DATA. */
  data?: string;
  /** Pages of memory at first, and at most if it says so. */
  pages?: number;
  mostPages?: number;
}

/** Grows the memory until the chunk has room at INPUT; traps when it cannot. */
const MAKE_ROOM: Code = [
  ...[get(0), constant(INPUT + 0x1007f), 0x6a, constant(16), 0x76], // pages that are needed
  ...[0x3f, 0, 0x6b, 0x22, 1, constant(0), 0x4a], // are there fewer?
  ...[0x04, 0x40, get(1), 0x40, 0, constant(-1), 0x46, 0x04, 0x40, 0, END, END],
  constant(INPUT),
];

/** Builds a module. */
export function buildModule(parts: ModuleParts): Uint8Array<ArrayBuffer> {
  const { map, locals = 0, helper, reserve = MAKE_ROOM, start, configure, data } = parts;
  const { pages = 1, mostPages } = parts;
  const memory = mostPages === undefined ? [0, unsigned(pages)] : [
    1,
    unsigned(pages),
    unsigned(mostPages),
  ];
  const functions = [
    { type: 2, name: "mr_reserve", locals: 1, code: reserve },
    { type: 1, name: "mr_map", locals, code: map },
    { type: 2, name: "", locals: 0, code: helper ?? get(0) },
    ...configure ? [{ type: 0, name: "mr_configure", locals: 2, code: configure }] : [],
    ...start ? [{ type: 3, name: "", locals: 2, code: start }] : [],
  ];
  const first = FUNCTION.reserve;
  const exported = functions.flatMap(({ name }, i) =>
    name === "" ? [] : [[text(name), 0, unsigned(first + i)]]
  );
  const section = (id: number, code: Code) => [id, sized(code)];
  const binary = flatten([
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(
      1,
      vector([
        [0x60, vector([I32, I32]), vector([])],
        [0x60, vector([I32]), vector([])],
        [0x60, vector([I32]), vector([I32])],
        [0x60, vector([]), vector([])],
        [0x60, vector([I32, I32, I32, I32]), vector([])],
      ]),
    ),
    section(
      2,
      vector([
        [text("env"), text("memory"), 2, memory],
        [text("millrace"), text("leash"), 2, 3, 1, 1],
        [text("env"), text("abort"), 0, 4],
        [text("millrace"), text("drain"), 0, 0],
        [text("millrace"), text("fail"), 0, 0],
      ]),
    ),
    section(3, vector(functions.map(({ type }) => type))),
    section(6, vector([[I32, 1, constant(0), END], [I32, 1, constant(0), END]])),
    section(7, vector([...exported, [text("mr_at"), 3, GLOBAL.at]])),
    start ? section(8, unsigned(first + functions.length - 1)) : [],
    section(
      10,
      vector(
        functions.map(({ locals, code }) =>
          sized([locals === 0 ? vector([]) : vector([[unsigned(locals), I32]]), POLL, code, END])
        ),
      ),
    ),
    data === undefined
      ? []
      : section(11, vector([[0, constant(DATA), END, sized([...encoder.encode(data)])]])),
  ]);
  return Uint8Array.from(binary);
}

/** Says where the record in hand begins: the offset on the stack. */
export const setAt: Code = setGlobal(GLOBAL.at);
export const addKept = (value: Code): Code => [
  getGlobal(GLOBAL.kept),
  value,
  0x6a,
  setGlobal(GLOBAL.kept),
];
