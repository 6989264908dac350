import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import {
  call,
  DROP,
  END,
  F64,
  GROW,
  I32,
  i32,
  I64,
  LOOP,
  name,
  section,
  u32,
} from "../../support/modules/binary.ts";
import {
  exportOf,
  IDLE,
  kernelModule,
  type ModuleSpec,
  T_ABORT,
  T_MAP,
  T_NONE,
  T_PAIR,
  T_RESERVE,
} from "../../support/modules/kernel_module.ts";
import { refusalOf } from "../../support/modules/refusals.ts";
import { callExport, createLeash, instantiate } from "../../support/modules/instance.ts";

const ABORT = { module: "env", name: "abort", type: T_ABORT };
const DRAIN = { module: "millrace", name: "drain", type: T_PAIR };
const FAIL = { module: "millrace", name: "fail", type: T_PAIR };
const MEMORY_IMPORT = [...name("env"), ...name("memory"), 2, 0, 1];
const MUTABLE_GLOBAL = [I32, 1, ...i32(7), END];

Deno.test("admitModule() makes the memories imports, and keeps the functions' indices", () => {
  const admitted = admitModule(kernelModule({ imports: [ABORT, DRAIN, FAIL] }));
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(admitted.module));
  assertEquals(imports.map(({ module, name, kind }) => `${module}.${name} ${kind}`), [
    "env.memory memory",
    "millrace.leash memory",
    "env.abort function",
    "millrace.drain function",
    "millrace.fail function",
  ]);
  assertEquals(admitted.memory, { initial: 1, maximum: 1024 });
  assertEquals(callExport(instantiate(admitted, createLeash()), "mr_reserve", 1), 1024);
});

Deno.test("admitModule() takes a module that imports its memory", () => {
  const { memory } = admitModule(kernelModule({ imports: [MEMORY_IMPORT], memory: null }));
  assertEquals(memory, { initial: 1, maximum: 1024 });
});

Deno.test("admitModule() sets the host's maximum of memory, whatever the module's is", () => {
  const grow: ModuleSpec["functions"] = [{ type: T_RESERVE, code: [0x20, 0, 0x40, 0] }, IDLE[1]];
  for (const memory of [[1, 0, 1], [1, 1, 1, 1], [1, 1, 1, ...u32(65536)]]) {
    const admitted = admitModule(kernelModule({ memory, functions: grow }), { memoryPages: 8 });
    const kernel = instantiate(admitted, createLeash());
    assertEquals(callExport(kernel, "mr_reserve", 7), 1);
    assertEquals(callExport(kernel, "mr_reserve", 1), -1, "beyond the maximum");
  }
});

Deno.test("admitModule() keeps the exports of ABI 1, drops the others and custom sections", () => {
  const bytes = kernelModule({
    globals: [MUTABLE_GLOBAL],
    exports: [
      exportOf("mr_at", 3, 0),
      exportOf("memory", 2, 0),
      exportOf("other", 0, 0),
      exportOf("", 0, 1),
      exportOf("__proto__", 0, 1),
      exportOf("MR_MAP", 0, 1),
    ],
  });
  const custom = section(0, [...name("name"), 1, 2, 3]);
  const admitted = admitModule(Uint8Array.from([...bytes, ...custom]));
  const module = new WebAssembly.Module(admitted.module);
  assertEquals(admitted.exports, ["mr_reserve", "mr_map", "mr_at"]);
  assertEquals(WebAssembly.Module.exports(module).map(({ name }) => name), admitted.exports);
  for (const title of ["name", "millrace"]) {
    assertEquals(WebAssembly.Module.customSections(module, title), []);
  }
});

const nops = (count: number): number[] => new Array(count).fill(0x01);

/** How many polls functions have, from function 2 on, beside those of the exports. */
function pollsOf(codes: number[][], spec: ModuleSpec = {}): number {
  const functions = [...IDLE, ...codes.map((code) => ({ type: T_NONE, code }))];
  return admitModule(kernelModule({ functions, ...spec })).polls - 2;
}

Deno.test("admitModule() leaves functions without a poll that soon poll or return", () => {
  assertEquals(pollsOf([nops(62)]), 0, "63 instructions with the last end");
  assertEquals(pollsOf([nops(63)]), 1);
  assertEquals(pollsOf([[...LOOP, END]]), 1, "that of the loop");
  assertEquals(pollsOf([[...i32(0), ...GROW, DROP]]), 1, "that of the growth");
  assertEquals(pollsOf([[...i32(0), ...call(1)]]), 0, "what it calls polls");
  assertEquals(pollsOf([nops(1)], { start: 2 }), 1, "the host runs it");
  assertEquals(pollsOf([nops(1)], { exports: [exportOf("other", 0, 2)] }), 0, "it is dropped");
  assertEquals(pollsOf([[...i32(0), 0x11, T_NONE, 0]], { table: 1 }), 2, "it may call any");
});

Deno.test("admitModule() counts what short functions call as if it stood in them", () => {
  assertEquals(pollsOf([nops(30), [...nops(30), ...call(2)]]), 0, "31 and 32 instructions");
  assertEquals(pollsOf([nops(30), [...nops(31), ...call(2)]]), 1, "31 and 33");
  assertEquals(pollsOf([nops(20), [...call(2), ...call(2), ...nops(20)]]), 1, "twice 21, and 23");
  assertEquals(pollsOf([[...nops(30), ...call(3)], nops(30)]), 0, "whatever comes first");
  assertEquals(pollsOf([nops(63), [...nops(30), ...call(2)]]), 1, "what polls counts nothing");
  assertEquals(pollsOf([call(2)]), 2, "it calls itself: at its entry and behind the call");
  assertEquals(pollsOf([call(3), call(4), call(2)]), 6, "they call each other");
  const chain = (length: number) =>
    pollsOf(Array.from({ length }, (_, i) => i + 1 < length ? call(i + 3) : []));
  assertEquals(chain(8), 0);
  assertEquals(chain(9), 1, "the first of them calls through too many levels");
});

Deno.test("admitModule() puts polls behind calls that may recurse, and behind no others", () => {
  const long = nops(64);
  assertEquals(pollsOf([[...long, ...call(3)], [...long, ...call(2)]]), 4, "each other");
  assertEquals(pollsOf([[...long, ...call(3)], [...long, ...call(3)]]), 3, "one itself");
  assertEquals(pollsOf([[...long, ...call(3), ...call(3)], long]), 2, "no circle");
  // 2 and 3 call each other, so do 4 and 5; between them there is one way only.
  const pairs = [call(3), [...call(2), ...call(4)], call(5), call(4)];
  assertEquals(pollsOf(pairs), 4 + 4);
  const growing = [...call(2), ...i32(0), ...GROW, DROP];
  assertEquals(pollsOf([growing]), 3, "growth has its own, behind its operand");
  const shared = [{ type: T_RESERVE, code: [0x20, 0, ...call(0), ...GROW] }, IDLE[1]];
  assertEquals(admitModule(kernelModule({ functions: shared })).polls, 2 + 1, "they share one");
});

Deno.test("admitModule() puts polls behind calls of a chain that may hold too much work", () => {
  // Each has 60,003 instructions, and 64 for its call: a million is full with 16 of them.
  const chain = (length: number) =>
    Array.from(
      { length },
      (_, i) => [...call(i + 1 < length ? i + 3 : 2 + length), ...nops(60_001)],
    );
  const polls = (length: number) => pollsOf([...chain(length), []]) - length;
  assertEquals([polls(15), polls(16), polls(17)], [0, 0, 1]);
});

Deno.test("admitModule() looks at circles of 4,998 functions without recursion of its own", () => {
  const all = Array.from({ length: 4_998 }, (_, i) => call(2 + (i + 1) % 4_998));
  assertEquals(pollsOf(all), 2 * 4_998);
});

Deno.test("admitModule() lets short functions call what ends a kernel, and not drain", () => {
  const callOf = (name: string) => {
    const imports = [{ module: "millrace", name, type: T_PAIR }];
    const functions = [...IDLE, { type: T_NONE, code: [...i32(0), ...i32(0), ...call(0)] }];
    return admitModule(kernelModule({ imports, functions })).polls - 2;
  };
  assertEquals([callOf("fail"), callOf("drain")], [0, 1]);
});

const REFUSED: [reason: string, spec: ModuleSpec][] = [
  [
    'the import "env.other" (kind 0x00)',
    { imports: [{ module: "env", name: "other", type: T_NONE }] },
  ],
  [
    'the import "Math.random" (kind 0x00)',
    { imports: [{ module: "Math", name: "random", type: T_NONE }] },
  ],
  [
    'the import "../env.abort" (kind',
    { imports: [{ module: "../env", name: "abort", type: T_ABORT }] },
  ],
  ['the import ".env.abort" (kind', {
    imports: [{ module: "", name: "env.abort", type: T_ABORT }],
  }],
  ["the import env.abort has type ( -> )", { imports: [{ ...ABORT, type: T_NONE }] }],
  ["the import env.abort has type (i32,i32 -> )", { imports: [{ ...ABORT, type: T_PAIR }] }],
  ['"millrace.drain" is imported twice', { imports: [DRAIN, DRAIN] }],
  ['"millrace.leash" (kind 0x02)', {
    imports: [[...name("millrace"), ...name("leash"), 2, 3, 1, 1]],
  }],
  ['"env.memory" (kind 0x03)', { imports: [[...name("env"), ...name("memory"), 3, I32, 0]] }],
  ['"env.abort" (kind 0x02)', { imports: [[...name("env"), ...name("abort"), 2, 0, 1]] }],
  ['"env.table" (kind 0x01)', { imports: [[...name("env"), ...name("table"), 1, 0x70, 0, 1]] }],
  ['"env.tag" (kind 0x04)', { imports: [[...name("env"), ...name("tag"), 4, 0, T_NONE]] }],
  ["a second memory is not admitted", { imports: [MEMORY_IMPORT] }],
  ['"a.b" (kind 0x02) is not admitted', {
    imports: [MEMORY_IMPORT, [...name("a"), ...name("b"), 2, 0, 1]],
  }],
  ["2 memories exceed the limit of 1", { memory: [2, 0, 1, 0, 1] }],
  ["the module has no memory", { memory: null }],
  ["shared or of 64 bits (0x03)", { memory: [1, 3, 1, 1] }],
  ["shared or of 64 bits (0x04)", { memory: [1, 4, 1] }],
  ["shared or of 64 bits (0x08)", { memory: [1, 8, 1, 0] }], // pages of another size
  ["maximum is below its minimum", { memory: [1, 1, 2, 1] }],
  ["1025 pages of memory exceed the limit of 1024", { memory: 1025 }],
  ["2 tables exceed the limit of 1", { table: [2, 0x70, 0, 1, 0x70, 0, 1] }],
  ["a table of 0x6f is not admitted", { table: [1, 0x6f, 0, 1] }],
  ["a table of 0x40 is not admitted", { table: [1, 0x40, 0, 0x70, 0, 1] }],
  ["a table with the flags 0x02", { table: [1, 0x70, 2, 1] }],
  ["the export mr_map (i32 -> ) is missing", {
    required: null,
    exports: [exportOf("mr_reserve", 0, 0)],
  }],
  ["mr_reserve (i32 -> i32) is missing", { required: null }],
  ["the export mr_reserve has type (i32 -> ), not (i32 -> i32)", { required: [1, 1] }],
  ["the export mr_combine is no function of the module's own", {
    imports: [DRAIN],
    required: [1, 2],
    exports: [exportOf("mr_combine", 0, 0)],
  }],
  ["the export mr_finish is no function", { exports: [exportOf("mr_finish", 2, 0)] }],
  ["the export mr_at is no global", { exports: [exportOf("mr_at", 0, 0)] }],
  ["the export mr_at has type (i32)", {
    globals: [[I32, 0, ...i32(0), END]],
    exports: [exportOf("mr_at", 3, 0)],
  }],
  ["the export mr_at has type (mutable i64)", {
    globals: [[I64, 1, 0x42, 0, END]],
    exports: [exportOf("mr_at", 3, 0)],
  }],
  ['"mr_map" is exported twice', { exports: [exportOf("mr_map", 0, 1)] }],
  ['"x" is exported twice', { exports: [exportOf("x", 0, 1), exportOf("x", 2, 0)] }],
  ["an export of the kind 0x04", { exports: [exportOf("x", 4, 0)] }],
  ["there is no function 9", { exports: [exportOf("x", 0, 9)] }],
  ["there is no table 0", { exports: [exportOf("x", 1, 0)] }],
  ["there is no global 0", { exports: [exportOf("x", 3, 0)] }],
  ["the start function has parameters", { start: 0 }],
  ["the start function has parameters or results, or is imported", {
    imports: [DRAIN],
    start: 0,
  }],
  ["there is no function 7", { start: 7 }],
  ["an initial value that is no constant (0x23)", {
    globals: [[I32, 0, ...i32(0), END], [I32, 0, 0x23, 0, END]],
  }],
  ["an initial value that is no single constant", {
    globals: [[I32, 0, ...i32(1), ...i32(1), 0x6a, END]],
  }],
  ["an initial value that is no constant (0xd2)", { globals: [[I32, 0, 0xd2, 0, END]] }],
  ["type 0x6f is not admitted", { globals: [[0x6f, 0, 0xd0, 0x6f, END]] }],
  ["a global with the flags 0x02", { globals: [[I32, 2, ...i32(0), END]] }],
  ["type 0x70 is not admitted", { types: [{ parameters: [0x70], results: [] }] }],
  ["an element segment with the flags 0x01", { table: 1, elements: [[1, 0, 0]] }],
  ["an element segment with the flags 0x02", {
    table: 1,
    elements: [[2, 0, ...i32(0), END, 0, 0]],
  }],
  ["an element segment with the flags 0x04", { table: 1, elements: [[4, ...i32(0), END, 0]] }],
  ["an element segment needs a table", { elements: [[0, ...i32(0), END, 0]] }],
  ["there is no function 2", { table: 1, elements: [[0, ...i32(0), END, 1, 2]] }],
  ["a data segment with the flags 0x02", { data: [[2, 0, ...i32(0), END, 0]] }],
  ["1 data segments where the count says 2", { dataCount: 2, data: [[1, 0]] }],
  ["the data segments are missing", { dataCount: 2 }],
  ["an operation on a data segment needs the count", {
    functions: [...IDLE, { type: T_NONE, code: [0xfc, 9, 0] }],
    data: [[1, 0]],
  }],
  ["there is no data segment 1", {
    functions: [...IDLE, { type: T_NONE, code: [0xfc, 9, 1] }],
    dataCount: 1,
    data: [[1, 0]],
  }],
  ["a call needs a table", {
    functions: [...IDLE, { type: T_NONE, code: [...i32(0), 0x11, T_NONE, 0] }],
  }],
  ['there is no custom section "millrace"', { manifest: null }],
  ['manifest: there is no member "extra"', {
    manifest: { abi: 1, records: "line", output: "keys", options: [], extra: 1 },
  }],
  ["it has options, but the export mr_configure is missing", {
    manifest: {
      abi: 1,
      records: "line",
      output: "keys",
      options: [{ name: "n", type: "i32", default: 0 }],
    },
  }],
  // What the engine finds: types of operands.
  ["Compiling function #1 failed", { functions: [IDLE[0], { type: T_MAP, code: i32(0) }] }],
  ["type error in constant expression", { globals: [[F64, 0, ...i32(0), END]] }],
];

Deno.test("admitModule() refuses what ABI 1 does not know, with the reason", () => {
  for (const [reason, spec] of REFUSED) {
    const refusal = refusalOf(kernelModule(spec));
    assertEquals(refusal.code, "kernel_refused");
    assertStringIncludes(refusal.reason, reason);
  }
});

Deno.test("admitModule() gives the engine's offset and function in the module that came in", () => {
  const wrong = [...LOOP, END, ...LOOP, END, 0x20, 0, 0x7a]; // i64.clz of an i32
  const bytes = kernelModule({ functions: [IDLE[0], { type: T_MAP, code: [...wrong, 0x1a] }] });
  const { offset, function: index } = refusalOf(bytes);
  const at = bytes.findLastIndex((byte) => byte === 0x7a);
  // It names the instruction that made the operand.
  assertEquals({ offset, index }, { offset: at - 2, index: 1 });
});

Deno.test("admitModule() does not change the bytes that it reads", () => {
  const bytes = kernelModule({ functions: [...IDLE, { type: T_NONE, code: [...LOOP, END] }] });
  const before = bytes.slice();
  admitModule(bytes);
  assertEquals(bytes, before);
  const within = new Uint8Array(bytes.length + 20);
  within.set(bytes, 9);
  const admitted = admitModule(within.subarray(9, 9 + bytes.length));
  assert(WebAssembly.validate(admitted.module));
});
