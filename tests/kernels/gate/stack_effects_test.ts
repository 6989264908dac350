import { assertEquals } from "@std/assert";
import { FC_EFFECTS, FD_EFFECTS, PLAIN_EFFECTS } from "../../../src/kernels/gate/stack_effects.ts";
import { DROP, END, i32, IF, LOOP, u32 } from "../../support/modules/binary.ts";
import { IDLE, kernelModule, T_MAP } from "../../support/modules/kernel_module.ts";
import { refusalOf } from "../../support/modules/refusals.ts";
import { STORES, TYPED } from "../../support/modules/typed_instructions.ts";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";

function effectOf([opcode, low, high]: number[]): number {
  const sub = low >= 0x80 ? (low & 0x7f) + high * 0x80 : low;
  if (opcode === 0xfc) return FC_EFFECTS[sub];
  return opcode === 0xfd ? FD_EFFECTS[sub] : PLAIN_EFFECTS[opcode];
}

Deno.test("the effect of each instruction is what it leaves less what it takes", () => {
  let seen = 0;
  const check = (bytes: number[], effect: number) => {
    assertEquals(effectOf(bytes), effect, `instruction ${bytes}`);
    seen++;
  };
  for (const typed of Object.values(TYPED)) {
    for (const { bytes, takes } of typed) check(bytes, 1 - takes.length);
  }
  for (const { bytes, takes } of STORES) check(bytes, -takes.length);
  assertEquals(seen > 250, true);
});

const mapWith = (code: number[], locals: number) =>
  kernelModule({ functions: [IDLE[0], { type: T_MAP, locals: [[locals, 0x7f]], code }] });
const times = (count: number, code: number[]): number[] => new Array(count).fill(code).flat();

Deno.test("a function in which the engine copies too many values is refused", () => {
  const ifs = times(1_000, [0x20, 0, ...IF, END]);
  admitModule(mapWith(ifs, 249));
  assertEquals(refusalOf(mapWith(ifs, 250)).function, 1);
  // A loop counts twice, since its poll is a branch.
  const loops = times(500, [...LOOP, END]);
  admitModule(mapWith(loops, 249));
  refusalOf(mapWith(loops, 250));
  // Operands count as locals do, and are gone when they are dropped.
  const held = (count: number) => [...times(count, i32(1)), ...ifs, ...times(count, [DROP])];
  admitModule(mapWith(held(200), 49));
  refusalOf(mapWith(held(201), 49));
  admitModule(mapWith([...times(9_000, [...i32(1), DROP]), ...ifs], 249));
  // Calls count an eighth, of what there is before their operands are gone.
  const calls = times(1_000, [...i32(0), 0x10, ...u32(0), DROP]);
  admitModule(mapWith(calls, 998));
  admitModule(mapWith(times(8, calls), 247));
  refusalOf(mapWith(times(8, calls), 250));
});

Deno.test("polls behind calls count as branches do", () => {
  const calls = times(1_000, [0x20, 0, 0x10, ...u32(1)]); // each an eighth before, with its operand
  admitModule(mapWith(calls, 220));
  assertEquals(refusalOf(mapWith(calls, 222)).function, 1);
  const direct = calls.map((byte, i) => i % 4 === 3 ? 2 : byte); // of a function that calls nothing
  admitModule(kernelModule({
    functions: [IDLE[0], { type: T_MAP, locals: [[900, 0x7f]], code: direct }, IDLE[1]],
  }));
});

Deno.test("code that nothing reaches does not count operands that are not there", () => {
  const dead = times(500, [0x00, ...i32(1), ...i32(1)]);
  admitModule(mapWith([...dead, 0x00, ...times(1_000, [0x20, 0, ...IF, END])], 248));
});
