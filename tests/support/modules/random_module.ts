import type { Random } from "../random.ts";
import { END, I32, i32, u32 } from "./binary.ts";
import {
  BASE_TYPES,
  exportOf,
  type FunctionSpec,
  type ModuleSpec,
  type Signature,
  T_ABORT,
  T_MAP,
  T_NONE,
  T_PAIR,
  T_RESERVE,
} from "./kernel_module.ts";
import { constant, RandomCode, TYPES } from "./random_code.ts";

const IMPORTS = [
  { module: "env", name: "abort", type: T_ABORT },
  { module: "millrace", name: "drain", type: T_PAIR },
  { module: "millrace", name: "fail", type: T_PAIR },
];

function some(random: Random, most: number): number[] {
  return Array.from({ length: random.below(most + 1) }, () => random.pick(TYPES));
}

/** A valid kernel: functions of all types that call each other, and all sections that it may have. */
export function randomModule(random: Random): ModuleSpec {
  const types: Signature[] = Array.from({ length: random.below(4) }, () => ({
    parameters: some(random, 3),
    results: some(random, 2),
  }));
  const imports = IMPORTS.filter(() => random.oneIn(2));
  const own = [T_RESERVE, T_MAP, T_NONE, T_PAIR, T_PAIR];
  for (let more = random.below(5); more > 0; more--) {
    own.push(random.below(BASE_TYPES.length + types.length));
  }
  const allTypes = [...BASE_TYPES, ...types];
  const functions = [...imports.map(({ type }) => type), ...own];
  const globals = [I32, ...some(random, 3)];
  const first = imports.length;
  const table = random.between(1, 8);
  const bodies = own.map((type): FunctionSpec => {
    const locals = some(random, 4);
    const { parameters, results } = allTypes[type];
    const context = { types: allTypes, functions, globals, results };
    const size = random.pick([3, 20, 60, 200]);
    const code = new RandomCode(random, { ...context, locals: [...parameters, ...locals] }, size);
    return { type, locals: locals.map((one) => [1, one]), code: code.function() };
  });
  return {
    types,
    imports,
    functions: bodies,
    table,
    memory: random.between(1, 3),
    globals: globals.map((type) => [type, 1, ...constant(random, type), END]),
    required: [first, first + 1],
    exports: [
      exportOf("mr_at", 3, 0),
      exportOf("mr_combine", 0, first + 3),
      exportOf("mr_configure", 0, first + 4),
      exportOf("helper", 0, functions.length - 1),
    ].filter(() => random.oneIn(2)),
    start: random.oneIn(3) ? first + 2 : undefined,
    elements: [[
      0,
      ...i32(0),
      END,
      ...u32(table),
      ...Array.from({ length: table }, () => u32(random.below(functions.length))).flat(),
    ]],
    dataCount: 2,
    data: [[1, 4, 1, 2, 3, 4], [0, ...i32(random.below(65_000)), END, 2, 65, 66]],
  };
}
