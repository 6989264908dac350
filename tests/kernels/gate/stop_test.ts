import { assert, assertEquals, assertThrows } from "@std/assert";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { call, DROP, END, FILL, GROW, i32, IF } from "../../support/modules/binary.ts";
import { ENDLESS } from "../../support/modules/endless.ts";
import {
  type FunctionSpec,
  IDLE,
  kernelModule,
  type ModuleSpec,
  T_MAP,
  T_PAIR,
  T_RESERVE,
} from "../../support/modules/kernel_module.ts";
import { callExport, createLeash, instantiate, leashWord } from "../../support/modules/instance.ts";
import { stopRun } from "../../support/modules/stop_run.ts";

for (const [name, module] of ENDLESS) {
  Deno.test(`the leash stops ${name}, from another thread`, async () => {
    const { how, message } = await stopRun(admitModule(module()), 20);
    assertEquals([how, message], ["RuntimeError", "unreachable"]);
  });
}

Deno.test("a kernel does not begin when its leash says stop", () => {
  for (const [, module] of ENDLESS) {
    const leash = createLeash();
    leashWord(leash)[0] = -1;
    const run = () => callExport(instantiate(admitModule(module()), leash), "mr_map", 0);
    assertThrows(run, WebAssembly.RuntimeError, "unreachable");
  }
});

const LEVELS = 1_000;
const DRAIN = { module: "millrace", name: "drain", type: T_PAIR };
const BOTTOM = [...i32(0), ...i32(0), ...call(0)];
const LESS = [0x20, 0, ...i32(1), 0x6b];
/** Adds 1 to the word at 0: how many levels have run on behind their call. */
const COUNT = [...i32(0), ...i32(0), 0x28, 2, 0, ...i32(1), 0x6a, 0x36, 2, 0];

/** Calls by the code given, with its parameter less 1, until that is 0; then `drain`. Then counts. */
function descend(onward: number[]): FunctionSpec {
  const code = [0x20, 0, ...IF, ...LESS, ...onward, 0x05, ...BOTTOM, END, ...COUNT];
  return { type: T_MAP, code };
}

const INDIRECT = [...i32(0), 0x11, T_MAP, 0];
const TABLE = { table: 1, elements: [[0, ...i32(0), END, 1, 2]] };
const RECURSION: [name: string, functions: FunctionSpec[], spec?: ModuleSpec][] = [
  ["direct", [descend(call(2))]],
  ["mutual", [descend(call(3)), descend(call(2))]],
  ["indirect", [descend(INDIRECT)], TABLE],
  ["half indirect", [descend(call(3)), descend(INDIRECT)], TABLE],
  ["by a short function", [descend(call(3)), { type: T_MAP, code: [0x20, 0, ...call(2)] }]],
];

for (const [name, functions, spec] of RECURSION) {
  Deno.test(`the leash stops ${name} recursion that only unwinds`, () => {
    const module = kernelModule({
      imports: [DRAIN],
      functions: [IDLE[0], ...functions],
      ...spec,
    });
    const run = (word: number) => {
      const leash = createLeash();
      const draw = () => void (leashWord(leash)[0] = word);
      const kernel = instantiate(admitModule(module), leash, { drain: draw });
      const counted = () => new Uint32Array(kernel.memory.buffer)[0];
      return { call: () => callExport(kernel, "mr_map", LEVELS), counted };
    };
    const free = run(0);
    free.call();
    assertEquals(free.counted(), LEVELS + 1);
    // The lowest level has drawn it, and runs on to its end; none above does.
    const stopped = run(1);
    assertThrows(stopped.call, WebAssembly.RuntimeError, "unreachable");
    assertEquals(stopped.counted(), 1);
  });
}

Deno.test("2,000 fills of 64 MiB in a row take polls, 2,001 with the entry's", () => {
  const fill = [...i32(0), ...i32(1), ...i32(64 * 1024 * 1024), ...FILL];
  const code = new Array(2_000).fill(fill).flat();
  const module = kernelModule({ functions: [IDLE[0], { type: T_MAP, code }], memory: 1024 });
  assertEquals(admitModule(module).polls, 1 + 2_001);
});

Deno.test("a fill at the start of a function or a loop shares its poll", () => {
  const fill = [...i32(0), ...i32(0), ...i32(0), ...FILL];
  const grow = [0x20, 0, 0x03, 0x40, ...i32(0), ...GROW, DROP, 0x0b, DROP, ...fill];
  const module = kernelModule({ functions: [IDLE[0], { type: T_MAP, code: grow }] });
  assertEquals(admitModule(module).polls, 1 + 4); // entry, loop, growth, fill
  const atOnce = [0x40, 0x00]; // its operand comes from the loop's parameter
  const shared = kernelModule({
    functions: [{ type: T_RESERVE, code: [0x20, 0, 0x03, T_RESERVE, ...atOnce, 0x0b] }, IDLE[1]],
  });
  assertEquals(admitModule(shared).polls, 2 + 1); // both entries, and one for loop and growth
});

Deno.test("recursion without end is an error of the engine's, and the thread lives on", () => {
  const module = kernelModule({
    functions: [IDLE[0], { type: T_MAP, code: [0x20, 0, ...call(1)] }],
  });
  const admitted = admitModule(module);
  const leash = createLeash();
  for (let i = 0; i < 3; i++) {
    assertThrows(() => callExport(instantiate(admitted, leash), "mr_map", 0), RangeError);
  }
});

Deno.test("memory grows up to the limit, and no further", () => {
  const grow = [0x20, 0, ...GROW];
  const module = kernelModule({ functions: [{ type: T_RESERVE, code: grow }, IDLE[1]] });
  const kernel = instantiate(admitModule(module, { memoryPages: 16 }), createLeash());
  assertEquals(callExport(kernel, "mr_reserve", 15), 1);
  assertEquals(callExport(kernel, "mr_reserve", 1), -1);
  assertEquals(callExport(kernel, "mr_reserve", -1), -1);
  assertEquals(kernel.memory.buffer.byteLength, 16 * 65536);
});

Deno.test("a store beyond the memory traps, and does not reach the leash", () => {
  const store = [0x20, 0, ...i32(-1), 0x36, 2, 0];
  const module = kernelModule({ functions: [IDLE[0], { type: T_MAP, code: store }] });
  const leash = createLeash();
  const kernel = instantiate(admitModule(module), leash);
  for (const address of [65536, 65533, -4, 1 << 30]) {
    assertThrows(() => callExport(kernel, "mr_map", address), WebAssembly.RuntimeError);
  }
  callExport(kernel, "mr_map", 0);
  assert(new Uint8Array(leash.buffer).every((byte) => byte === 0));
});
