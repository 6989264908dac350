import { assert, assertEquals, assertThrows } from "@std/assert";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { freshSeed, Random } from "../../support/random.ts";
import {
  compileKernelSource,
  type CountedValue,
  KernelFailure,
  UserKernel,
} from "../../support/user_kernel.ts";

/** Compiles a kernel of integers that combines by some statements, and finishes if there are some. */
async function compile(combine: string, finish?: string, head = ""): Promise<UserKernel> {
  const last = finish && `export function finish(state: i64): i64 { ${finish} }`;
  return new UserKernel(
    await compileKernelSource(`import { emitValue } from "millrace";
${head}
export function map(line: string): void { emitValue(line, line.length); }
export function combine(a: i64, b: i64): i64 { ${combine} }
${last ?? ""}`),
  );
}

const PRIME = 1_000_003n;
const PRODUCT = `return a * b % ${PRIME};`;

Deno.test("a kernel with combine says so, and exports what the host calls", async () => {
  for (const op of ["", 'export const op = "combine";']) {
    const admitted = admitModule(
      await compileKernelSource(`import { emitValue } from "millrace";
${op}
export const value = "f64";
export function map(line: string): void { emitValue(line, 1); }
export function combine(a: f64, b: f64): f64 { return Math.max(a, b); }`),
    );
    const terms = { records: "line", input: "text", output: "values", value: "f64", op: "combine" };
    assertEquals(admitted.manifest as unknown, { abi: 1, ...terms, options: [] });
    for (const name of ["mr_combine", "mr_finish"]) assert(admitted.exports.includes(name));
  }
});

Deno.test("functions that are not exported are any functions, where the kernel says its op", async () => {
  const kernel = new UserKernel(
    await compileKernelSource(`import { emitValue } from "millrace";
export const op = "max";
function combine(a: string): i32 { return a.length; }
function finish(): void {}
export function map(line: string): void { finish(); emitValue(line, combine(line)); }`),
  );
  assertEquals(kernel.manifest.op, "max");
  assertEquals(kernel.mapValues("abc"), [["abc", 3n]]);
});

Deno.test("values of each key are combined, each as often as it is there", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const kernel = await compile(PRODUCT, "return state + 7;");
  const powerOf = (base: bigint, exponent: number): bigint => {
    let power = 1n;
    for (const bit of exponent.toString(2)) {
      power = power * power % PRIME * (bit === "1" ? base : 1n) % PRIME;
    }
    return power;
  };
  const counts = [1, 2, 3, 4, 7, 8, 1000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
  for (let i = 0; i < 200; i++) {
    const keys = Array.from(
      { length: random.between(1, 9) },
      (_, at) => "é".repeat(random.below(9)) + String.fromCharCode(0x61 + at),
    );
    const values: CountedValue[] = keys.flatMap((key) =>
      Array.from({ length: random.between(1, 6) }, (): CountedValue => {
        const count = random.oneIn(3) ? random.pick(counts) : random.between(1, 40);
        return [key, BigInt(random.between(1, 1_000_000)), count];
      })
    );
    const expected = keys.map((key): [string, bigint] => [
      key,
      values.filter(([each]) => each === key)
        .reduce((all, [, value, count]) => all * powerOf(value as bigint, count!) % PRIME, 1n),
    ]);
    // One that is alone is as it is, even where combine would have made it smaller.
    const what = `MILLRACE_SEED=${seed} ${i} ${Deno.inspect(values)}`;
    assertEquals(kernel.combine(values), expected, what);
    const finished = expected.map(([key, value]) => [key, value + 7n]);
    assertEquals(kernel.combine(values, "mr_finish") as unknown, finished, what);
  }
});

Deno.test("a value that is there billions of times takes some dozen calls", async () => {
  const kernel = await compile("calls++; return a + b;", "return calls;", "let calls: i64 = 0;");
  const [[, calls]] = kernel.combine([["a", 1n, 2 ** 32 - 1]], "mr_finish");
  assert((calls as bigint) <= 64n, `${calls}`);
  assertEquals(kernel.combine([["a", 3n, 2 ** 32 - 1]]), [["a", 3n * (2n ** 32n - 1n)]]);
});

Deno.test("a key alone, keys that begin alike, keys of any length, and none", async () => {
  const kernel = await compile("return a + b;");
  assertEquals(kernel.combine([]), []);
  assertEquals(kernel.drained, []);
  const keys = [
    "a",
    "aa",
    "ab",
    "b",
    "b\0",
    "b\0\0",
    ...[7, 8, 9, 16_371, 16_372, 16_373, 65_536]
      .map((length) => "k".repeat(length)),
  ];
  const values = keys.flatMap((key, i): CountedValue[] => [[key, BigInt(i)], [key, 1n, 3]]);
  const sums = keys.map((key, i): [string, bigint] => [key, BigInt(i) + 3n]);
  for (const name of ["mr_combine", "mr_finish"] as const) {
    assertEquals(kernel.combine(values, name), sums);
  }
});

Deno.test("integers keep every bit, and doubles do", async () => {
  const kernel = await compile("return a ^ b;");
  const most = 2n ** 63n - 1n;
  assertEquals(kernel.combine([["a", -most - 1n], ["b", most], ["b", 1n]]), [
    ["a", -most - 1n],
    ["b", most - 1n],
  ]);
  const doubles = new UserKernel(
    await compileKernelSource(`import { emitValue } from "millrace";
export const value = "f64";
export function map(line: string): void { emitValue(line, 1); }
export function combine(a: f64, b: f64): f64 { return Math.min(a, b); }
export function finish(state: f64): f64 { return 1 / state; }`),
  );
  const values: CountedValue[] = [["a", 0.1], ["a", 0.3, 9], ["b", -0], ["c", 5e-324], ["c", 1]];
  assertEquals(doubles.combine(values), [["a", 0.1], ["b", -0], ["c", 5e-324]]);
  assertEquals(doubles.combine([["a", 0.1], ["a", 0.3]], "mr_finish"), [["a", 10]]);
});

Deno.test("doubles that are not finite fail, before finish and behind it", async () => {
  const binary = await compileKernelSource(`import { emitValue } from "millrace";
export const value = "f64";
export function map(line: string): void { emitValue(line, 1); }
export function combine(a: f64, b: f64): f64 { return a * b; }
export function finish(state: f64): f64 { return state == 0 ? NaN : 1; }`);
  const large: CountedValue[] = [["a", 1e200], ["a", 1e200]];
  for (
    const [values, name, told] of [
      [large, "mr_combine", "Infinity"],
      [large, "mr_finish", "Infinity"], // that finish would make 1 of it is no matter
      [[["a", 0]], "mr_finish", "NaN"],
    ] as const
  ) {
    const message = `Cannot emit value ${told}: it is not finite`;
    assertThrows(() => new UserKernel(binary).combine(values, name), KernelFailure, message);
  }
  assertEquals(new UserKernel(binary).combine([["a", 0]]), [["a", 0]]);
});

Deno.test("combine and finish must not emit, and map may again", async () => {
  const early = 'if (a == 1) emitValue("early", 1); return a + b;';
  const late = 'if (state > 2) emitValue("late", 1); return state;';
  const message = "Cannot emit value: combine and finish return theirs, and only map emits";
  const values: CountedValue[] = [["a", 1n], ["a", 2n]];
  const first = await compile(early);
  assertThrows(() => first.combine(values), KernelFailure, message);
  const last = await compile("return a + b;", late);
  assertEquals(last.combine(values), [["a", 3n]]);
  assertThrows(() => last.combine(values, "mr_finish"), KernelFailure, message);
  const both = await compile("return a + b;");
  assertEquals(both.combine(values), [["a", 3n]]);
  assertEquals(both.mapValues("abc"), [["abc", 3n]]);
});

Deno.test("combine and finish have the job's options", async () => {
  const kernel = new UserKernel(
    await compileKernelSource(`import { emitValue } from "millrace";
export class Options { mask: i64 = 1; plus: i64 = 0; }
export const options = new Options();
export function map(line: string): void { emitValue(line, 1); }
export function combine(a: i64, b: i64): i64 { return (a | b) & options.mask; }
export function finish(state: i64): i64 { return state + options.plus; }`),
  );
  kernel.configure({ mask: 6, plus: 100 });
  assertEquals(kernel.combine([["a", 5n], ["a", 2n]]), [["a", 6n]]);
  assertEquals(kernel.combine([["a", 5n], ["a", 2n]], "mr_finish"), [["a", 106n]]);
});

Deno.test("what combine and finish allocate is gone with each record", async () => {
  const combine = "const both = new Array<i64>(1000); both[7] = a + b; return both[7];";
  for (const global of ["", "const seen = new Map<string, i32>();"]) {
    const kernel = await compile(combine, combine.replaceAll("a + b", "state"), global);
    // 8 MB for each thousand calls: of one key, and of many keys.
    for (const keys of global === "" ? [1, 4000] : [1]) {
      const count = global === "" ? 4000 : 200;
      const values = Array.from({ length: count }, (_, i): CountedValue => [`${i % keys}`, 1n]);
      kernel.combine(values, "mr_finish");
      const before = kernel.memory.buffer.byteLength;
      assert(before < 16 << 20, `${before}`);
      for (let i = 0; i < 5; i++) assertEquals(kernel.combine(values, "mr_finish").length, keys);
      assertEquals(kernel.memory.buffer.byteLength, before);
    }
  }
});
