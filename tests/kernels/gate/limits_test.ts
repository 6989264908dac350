import { assertEquals, assertStringIncludes } from "@std/assert";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { GATE_LIMITS, type GateLimits } from "../../../src/kernels/gate/limits.ts";
import { END, F64, I32, i32, I64, u32, UNREACHABLE } from "../../support/modules/binary.ts";
import {
  IDLE,
  kernelModule,
  type ModuleSpec,
  T_ABORT,
  T_NONE,
  T_PAIR,
} from "../../support/modules/kernel_module.ts";
import { refusalOf } from "../../support/modules/refusals.ts";

const ABORT = { module: "env", name: "abort", type: T_ABORT };
const DRAIN = { module: "millrace", name: "drain", type: T_PAIR };
const FAIL = { module: "millrace", name: "fail", type: T_PAIR };
const MUTABLE_GLOBAL = [I32, 1, ...i32(7), END];

// Each limit with a module at it and one beyond it.
const nested = (depth: number) => [
  ...new Array(depth).fill([0x02, 0x40]).flat(),
  ...new Array(depth).fill(END),
];
const withCode = (code: number[], locals: [number, number][] = []): ModuleSpec => ({
  functions: [...IDLE, { type: T_NONE, locals, code }],
});
const LIMITS: [limit: keyof GateLimits, value: number, spec: (size: number) => ModuleSpec][] = [
  ["functions", 10, (size) => ({
    functions: [...IDLE, ...new Array(size - 2).fill({ type: T_NONE, code: [] })],
  })],
  ["functions", 10, (size) => ({
    imports: [DRAIN],
    functions: [...IDLE, ...new Array(size - 3).fill({ type: T_NONE, code: [] })],
  })],
  ["locals", 20, (size) => withCode([], [[size - 3, I32], [3, F64]])],
  ["bodyBytes", 200, (size) => withCode(new Array(size - 2).fill(0x01))],
  ["nesting", 30, (size) => withCode(nested(size))],
  ["parameters", 8, (size) => ({
    types: [{ parameters: new Array(size).fill(I32), results: [] }],
  })],
  ["results", 8, (size) => ({ types: [{ parameters: [], results: new Array(size).fill(I32) }] })],
  ["globals", 5, (size) => ({ globals: new Array(size).fill(MUTABLE_GLOBAL) })],
  ["types", 9, (size) => ({
    types: new Array(size - 5).fill({ parameters: [], results: [] }),
  })],
  ["segments", 6, (size) => ({ data: new Array(size).fill([1, 0]) })],
  ["segments", 6, (size) => ({
    table: 1,
    elements: new Array(size).fill([0, ...i32(0), END, 0]),
  })],
  ["segments", 6, (size) => ({ dataCount: size, data: new Array(size).fill([1, 0]) })],
  ["branchTargets", 12, (size) =>
    withCode([
      UNREACHABLE,
      0x0e,
      ...u32(size),
      ...new Array(size + 1).fill(0),
    ])],
  ["tableEntries", 7, (size) => ({ table: size })],
  ["imports", 2, (size) => ({ imports: [ABORT, DRAIN, FAIL].slice(0, size) })],
  ["memoryPages", 3, (size) => ({ memory: size })],
];

Deno.test("admitModule() admits what is at each limit and refuses what is beyond it", () => {
  for (const [limit, value, spec] of LIMITS) {
    admitModule(kernelModule(spec(value)), { [limit]: value });
    const { code, reason } = refusalOf(kernelModule(spec(value + 1)), { [limit]: value });
    assertEquals(code, "kernel_refused");
    assertStringIncludes(reason, `limit of ${value}`, limit);
  }
  const { length } = kernelModule();
  admitModule(kernelModule(), { moduleBytes: length });
  assertEquals(refusalOf(kernelModule(), { moduleBytes: length - 1 }).code, "kernel_too_large");
  assertStringIncludes(refusalOf(kernelModule(), { manifestBytes: 9 }).reason, "limit of 9");
});

Deno.test("admitModule() admits modules that are at the default limits", () => {
  const functions = [...IDLE, ...new Array(4_998).fill({ type: T_NONE, code: [] })];
  admitModule(kernelModule({ functions }));
  admitModule(kernelModule(withCode(nested(4_096))));
  const locals: [number, number][] = [[1_000, I64]];
  admitModule(kernelModule(withCode(new Array(65_531).fill(0x01), locals)));
});

Deno.test("src/kernels/gate/README.md names every limit with its default", async () => {
  const path = new URL("../../../src/kernels/gate/README.md", import.meta.url);
  const guide = (await Deno.readTextFile(path)).replaceAll(/ +/g, " ");
  for (const [name, value] of Object.entries(GATE_LIMITS)) {
    assertStringIncludes(guide, `| \`${name}\` | ${value.toLocaleString("en")} |`);
  }
});
