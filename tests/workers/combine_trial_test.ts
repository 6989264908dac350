import { assert, assertEquals, assertRejects } from "@std/assert";
import type { RunnableKernel, ValueType } from "../../src/contract/kernel_manifest.ts";
import { JobError } from "../../src/contract/problems.ts";
import { admitModule } from "../../src/kernels/gate/admit_module.ts";
import { type TrialLimits, WorkerTrier } from "../../src/kernels/worker_trier.ts";
import { combiningKernel } from "../support/modules/combining.ts";
import { compileKernel } from "../support/modules/compiled_modules.ts";
import { compileKernelSource } from "../support/user_kernel.ts";
import { PATIENCE_MS } from "../support/waits.ts";

const ENTRY = new URL("../../workers/try_worker.ts", import.meta.url);

const utf8 = (text: string) => new TextEncoder().encode(text);

async function compile(
  type: ValueType,
  body: string,
  head = "",
): Promise<RunnableKernel> {
  const { module, manifest } = admitModule(
    await compileKernelSource(`import { emitValue, fail } from "millrace";
export const value = "${type}";
${head}
export function map(line: string): void { emitValue(line, 1); }
export function combine(a: ${type}, b: ${type}): ${type} { ${body} }`),
  );
  return { id: "k", module, manifest, options: utf8("{}") };
}

/** A module of another compiler: what it does with all records of a key is `fold`, and then `put`. */
async function compileModule(fold: string, put = "put(first, state);"): Promise<RunnableKernel> {
  const source = `
@external("millrace", "drain") declare function drain(at: usize, bytes: i32): void;
const input = memory.data(4096), out = memory.data(64);
export function mr_reserve(bytes: i32): usize { return input; }
export function mr_map(bytes: i32): void {}
export function mr_finish(at: usize, bytes: i32): void {}
function put(first: usize, state: i64): void {
  store<i64>(out, state);
  store<u32>(out, 1, 8);
  store<u32>(out, load<u8>(first, 16), 12);
  drain(out, 16);
}
export function mr_combine(at: usize, bytes: i32): void {
  const end = at + bytes;
  while (at < end) {
    const first = at;
    let state: i64 = 0, values: i64 = 0;
    for (; at < end && load<u8>(at, 16) == load<u8>(first, 16); at += 24) {
      const value = load<i64>(at), count = <i64>load<u32>(at, 12);
      ${fold}
    }
    ${put}
  }
}`;
  const terms = { abi: 1, records: "line", output: "values", value: "i64", op: "combine" };
  const { module, manifest } = admitModule(
    await compileKernel(source, ["-O1", "--runtime", "stub"], terms),
  );
  return { id: "k", module, manifest, options: utf8("{}") };
}

/** Why a kernel is refused; undefined if it is not. A busy machine is no reason. */
async function check(
  kernel: RunnableKernel,
  limits: Partial<TrialLimits> = {},
): Promise<string | undefined> {
  try {
    await new WorkerTrier(ENTRY, { ms: PATIENCE_MS, ...limits }).checkCombine(kernel);
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    assertEquals(error.code, "kernel_refused", error.message);
    assertEquals(error.message, `Cannot admit kernel: ${error.details.reason}`);
    return error.details.reason as string;
  }
}

Deno.test("WorkerTrier lets functions pass that are associative and commutative", async () => {
  const sound: [ValueType, string][] = [
    ["i64", "return a + b;"], // modulo 2^64
    ["i64", "return a * b;"],
    ["i64", "return a ^ b;"],
    ["i64", "return max(a, b);"],
    ["i64", "return max(a >> 32, b >> 32) << 32 | min(a & 0xffffffff, b & 0xffffffff);"],
    ["i64", "while (b != 0) { const r = a % b; a = b; b = r; } return a < 0 ? -a : a;"],
    ["i64", "const both = [a, b]; return both[0] | both[1];"],
    ["f64", "return Math.max(a, b);"],
    ["f64", "return a < b ? a : b;"],
    ["f64", "return a == b ? a : 0;"],
  ];
  for (const [type, body] of sound) {
    assertEquals(await check(await compile(type, body)), undefined, body);
  }
});

Deno.test("WorkerTrier refuses a function by the values that show what is wrong with it", async () => {
  const rows: [ValueType, string, string][] = [
    [
      "i64",
      "return a - b;",
      "combine must be commutative, but combine(1, 2) is -1, and combine(2, 1) is 1",
    ],
    ["i64", "return a;", "combine must be commutative, but combine(1, 2) is 1, and"],
    [
      "i64",
      "return (a + b) / 2;",
      "combine must be associative, but combine(combine(1, 2), 3) is 2, " +
      "and combine(1, combine(2, 3)) is 1",
    ],
    ["f64", "return a + b;", "combine must be associative, but combine(combine("],
    ["f64", "return a * b;", "combine must be associative, but combine(combine("],
    // What only large, least and random values show.
    ["i64", "return a < -1000000 ? a : min(a, b) + 0 * b;", "combine must be commutative"],
    ["i64", "return max(a, b) == i64.MAX_VALUE ? a : max(a, b);", "combine must be commutative"],
    ["i64", "return <i64>(<f64>a + <f64>b);", "combine must be associative"],
    // Negative zero is not zero, bit for bit.
    ["f64", "return a == 0 && b == 1 ? -0.0 : a < b ? a : b;", "(0, 1) is -0, and combine(1, 0)"],
  ];
  for (const [type, body, told] of rows) {
    const kernel = await compile(type, body);
    const reason = await check(kernel);
    assert(reason?.includes(told), `${body}: ${reason}`);
    assertEquals(await check(kernel), reason, "the same values each time");
  }
});

Deno.test("WorkerTrier holds values against no function that fails for them", async () => {
  const failing = 'if (a < 0 || b < 0 || a > 1000 || b > 1000) fail("not mine"); ';
  assertEquals(await check(await compile("i64", `${failing} return a + b;`)), undefined);
  assertEquals(await check(await compile("i64", `unreachable(); return a + b;`)), undefined);
  const reason = await check(await compile("i64", `${failing} return 2 * a + b;`));
  assert(reason?.includes("combine(1, 2) is 4, and combine(2, 1) is 5"), reason);
  // Sums of doubles may be infinite, which no value is.
  const ofDoubles = await compile("f64", "return a > 1e300 || b > 1e300 ? 1 / 0 : Math.max(a, b);");
  assertEquals(await check(ofDoubles), undefined);
});

Deno.test("WorkerTrier stops a function that takes too long or too much, and refuses it", async () => {
  const endless = await compile("i64", "while (a != 3) {} return b;");
  assertEquals(
    await check(endless, { ms: 50 }),
    "combine, tried with values, takes longer than 50 ms",
  );
  const withoutStart = await compileModule("while (true) {}");
  assertEquals(
    await check(withoutStart, { ms: 50 }),
    "combine, tried with values, takes longer than 50 ms",
  );
  const grows = await compile("i64", "while (true) { new Array<i64>(1000); } return b;");
  const memoryBytes = 8 << 20;
  assertEquals(
    await check(grows, { memoryBytes }),
    `combine, tried with values, needs more than ${memoryBytes} bytes of memory`,
  );
  const early = await compile("i64", "return a + b;", "unreachable();");
  assertEquals(
    await check(early),
    "combine, tried with values, is not reached: the kernel fails when it starts",
  );
});

Deno.test("WorkerTrier tries a kernel with the options that it is given", async () => {
  const head = "export class Options { plus: i64 = 0 }\nexport const options = new Options();";
  const body = "return options.plus == 0 ? a + b : a + 2 * b;";
  const kernel = await compile("i64", body, head);
  assertEquals(await check(kernel), undefined);
  const reason = await check({ ...kernel, options: utf8('{"plus":1}') });
  assert(reason?.includes("combine(1, 2) is 5, and combine(2, 1) is 4"), reason);
});

Deno.test("WorkerTrier tries modules of other compilers by what they hand out", async () => {
  const rows: [fold: string, put: string | undefined, told: string | undefined][] = [
    ["state += value * count;", undefined, undefined],
    ["state += value;", undefined, "mr_combine makes 4 of 1, 1 and 2, but 3 where 1 comes once"],
    // The mean of all: no order matters, but what it makes cannot be put together.
    [
      "values += count; state += value * count;",
      "put(first, state / values);",
      "combine must be associative, but combine(combine(1, 2), 3) is 2",
    ],
    // A sum that tells how many values it had is no state.
    [
      "values += count; state = values > 2 ? 7 : state + value * count;",
      undefined,
      "mr_combine makes 7 of 1, 2 and 3, but 6 of what it makes of 1 and 2, and 3",
    ],
    ["", "", "mr_combine must give one value for each key, and does not for 1, 2 and 3"],
    ["", "put(first, 1); put(first, 1);", "mr_combine must give one value for each key"],
  ];
  for (const [fold, put, told] of rows) {
    const reason = await check(await compileModule(fold, put));
    assert(
      told === undefined ? reason === undefined : reason?.includes(told),
      `${fold}: ${reason}`,
    );
  }
  assertEquals(await check(await combiningKernel("return a + b;")), undefined);
});

Deno.test("WorkerTrier counts trials of functions among those that wait", async () => {
  const trier = new WorkerTrier(ENTRY, { ms: PATIENCE_MS, waiting: 0 });
  const kernel = await compile("i64", "return a + b;");
  const first = trier.checkCombine(kernel);
  const error = await assertRejects(() => trier.checkCombine(kernel), JobError);
  assertEquals(error.code, "too_many_jobs");
  await first;
});
