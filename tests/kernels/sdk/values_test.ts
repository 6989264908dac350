import { assert, assertEquals, assertThrows } from "@std/assert";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { compileKernelSource, KernelFailure, UserKernel } from "../../support/user_kernel.ts";
import { encodeValues, type ValueRecord } from "../../support/values.ts";

const BUFFER_BYTES = 16_384;

async function compile(source: string): Promise<UserKernel> {
  return new UserKernel(await compileKernelSource(source));
}

/** Compiles a kernel that emits by some statements; the record is `line`. */
function compileEmitter(statements: string, head = ""): Promise<UserKernel> {
  return compile(`import { emitValue } from "millrace";
${head}
export function map(line: string): void {
  ${statements}
}`);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The drains that records of such sizes need, when each is as full as can be. */
function drainsOf(sizes: readonly number[]): number[] {
  const drains: number[] = [];
  let open = 0;
  for (const size of sizes) {
    if (open + size > BUFFER_BYTES && open > 0) {
      drains.push(open);
      open = 0;
    }
    if (size > BUFFER_BYTES) drains.push(size);
    else open += size;
  }
  return open > 0 ? [...drains, open] : drains;
}

Deno.test("values declare themselves: type and op, or the defaults, and the gate admits them", async () => {
  const declarations: [string, string, string][] = [
    ["", "i64", "sum"],
    ...["sum", "min", "max", "avg", "count"].flatMap((op) =>
      ["i64", "f64"].map((value): [string, string, string] => [
        `export const op = "${op}";\nexport const value: string = "${value}";`,
        value,
        op,
      ])
    ),
    ['export const op = "max";', "i64", "max"],
    ['export const value = "f64";', "f64", "sum"],
    // What is not exported says nothing.
    ['const op = "max"; const value = "f64"; let used = op + value;', "i64", "sum"],
  ];
  for (const [head, value, op] of declarations) {
    const binary = await compileKernelSource(`import { emitValue } from "millrace";
${head}
export function map(line: string): void { emitValue(line, line.length); }`);
    const { manifest } = admitModule(binary);
    assertEquals([manifest.output, manifest.value, manifest.op], ["values", value, op], head);
    const number = value === "f64" ? Number : BigInt;
    assertEquals(new UserKernel(binary).mapValues("abc\nd"), [["abc", number(3)], [
      "d",
      number(1),
    ]]);
  }
});

Deno.test("kernels that emit keys say nothing of values", async () => {
  const { manifest } = await compile(
    'import { emit } from "millrace"; export function map(line: string): void { emit(line); }',
  );
  assertEquals(Object.keys(manifest), ["abi", "records", "input", "output", "options"]);
});

Deno.test("integers of any type are widened, with their sign", async () => {
  const types: Record<string, [written: string, value: bigint][]> = {
    i8: [["-128", -128n], ["127", 127n]],
    u8: [["255", 255n]],
    i16: [["-32768", -32768n]],
    u16: [["65535", 65535n]],
    i32: [["-2147483648", -(2n ** 31n)], ["2147483647", 2n ** 31n - 1n]],
    u32: [["4294967295", 2n ** 32n - 1n]],
    usize: [["4294967295", 2n ** 32n - 1n]],
    isize: [["-1", -1n]],
    i64: [["-9223372036854775808", -(2n ** 63n)], ["9223372036854775807", 2n ** 63n - 1n]],
    u64: [["9223372036854775807", 2n ** 63n - 1n], ["0", 0n]],
    bool: [["true", 1n], ["false", 0n]],
  };
  const all = Object.entries(types).flatMap(([type, values]) =>
    values.map(([written, value]) => ({ type, written, value }))
  );
  const statements = all.map(({ type, written }) => `emitValue("${type}", <${type}>${written});`);
  const plain = 'emitValue("plain", 3000000000); emitValue("length", line.length);';
  const kernel = await compileEmitter(statements.join("\n") + plain);
  assertEquals(kernel.mapValues("four"), [
    ...all.map(({ type, value }): ValueRecord => [type, value]),
    ["plain", 3_000_000_000n],
    ["length", 4n],
  ] as [string, bigint][]);
  const doubles = await compileEmitter(
    statements.join("\n") + plain,
    'export const value = "f64";',
  );
  assertEquals(doubles.mapValues("four"), [
    ...all.map(({ type, value }): [string, number] => [type, Number(value)]),
    ["plain", 3e9],
    ["length", 4],
  ]);
});

Deno.test("integers that no i64 holds fail at their record, with the number", async () => {
  const binary = await compileKernelSource(`import { emitValue } from "millrace";
export function map(line: string): void { emitValue(line, U64.parseInt(line)); }`);
  for (const value of [2n ** 63n, 2n ** 64n - 1n]) {
    const kernel = new UserKernel(binary);
    assertEquals(kernel.mapValues("9223372036854775807\n")[0][1], 2n ** 63n - 1n);
    assertThrows(
      () => kernel.mapValues(`17\n${value}\n`),
      KernelFailure,
      `Cannot emit value ${value}: it is greater than 9223372036854775807`,
    );
    assertEquals(kernel.exports.mr_at.value, 3);
  }
  const doubles = await compileEmitter(
    "emitValue(line, U64.parseInt(line));",
    'export const value = "f64";',
  );
  assertEquals(doubles.mapValues("18446744073709551615"), [["18446744073709551615", 2 ** 64]]);
});

Deno.test("doubles keep every bit; those that are not finite fail at their record", async () => {
  const binary = await compileKernelSource(`import { emitValue } from "millrace";
export const value = "f64";
export function map(line: string): void {
  emitValue(line, F64.parseFloat(line));
  emitValue("f32", <f32>0.1);
}`);
  const kernel = new UserKernel(binary);
  for (const value of [0, -0, 0.1, -1.5, 5e-324, Number.MAX_VALUE, 2 ** 53, 1 / 3]) {
    const text = Object.is(value, -0) ? "-0" : `${value}`;
    assertEquals(kernel.mapValues(text), [[text, value], ["f32", Math.fround(0.1)]]);
  }
  for (const [text, name] of [["x", "NaN"], ["1e999", "Infinity"], ["-1e999", "-Infinity"]]) {
    const failing = new UserKernel(binary);
    assertThrows(
      () => failing.mapValues(`1\n2\n${text}`),
      KernelFailure,
      `Cannot emit value ${name}: it is not finite`,
    );
    assertEquals(failing.exports.mr_at.value, 4);
  }
  const singles = await compileEmitter(
    "emitValue(line, <f32>F64.parseFloat(line));",
    'export const value = "f64";',
  );
  assertThrows(() => singles.mapValues("1e39"), KernelFailure, "Cannot emit value Infinity");
});

Deno.test("empty keys emit nothing, whatever their value; keys of negative length fail", async () => {
  const kernel = await compile(`import { Chunk, emitBytesValue, emitValue } from "millrace";
export const value = "f64";
export function map(line: Chunk): void {
  emitValue("", NaN);
  emitBytesValue(line.start, 0, NaN);
  emitBytesValue(line.start, line.length, 1);
  if (line.length == 3) emitBytesValue(line.start, -1, 1);
}`);
  assertEquals(kernel.mapValues("\nab\n\n"), [["ab", 1]]);
  kernel.run(new TextEncoder().encode("\n\n"));
  assertEquals(kernel.drained, []);
  assertThrows(() => kernel.mapValues("abc"), KernelFailure, "its length is -1");
});

Deno.test("keys of any length leave with their values: as texts, from the chunk and from elsewhere", async () => {
  const kernel = await compile(`import { Chunk, emitBytesValue, emitValue, Key } from "millrace";
export function map(line: Chunk): void {
  emitValue(line.toString(), 1);
  emitBytesValue(line.start, line.length, -2);
  const key = new Key();
  key.addByte(0x2e);
  key.add(line.start, line.length);
  emitBytesValue(key.start, key.length, 3);
}`);
  // A record of 16,384 bytes has a key of at most 16,372; 5,457 characters may need as many.
  const lengths = [5456, 5457, 5458, 8191, 16_364, 16_365, 16_371, 16_372, 16_373, 16_380, 100_000];
  for (const length of [...Array.from({ length: 40 }, (_, i) => i + 1), ...lengths]) {
    for (const letter of ["k", "é", "\u3042"]) {
      const line = letter.repeat(length);
      assertEquals(kernel.mapValues(`${line}\n`), [[line, 1n], [line, -2n], [`.${line}`, 3n]]);
    }
  }
});

Deno.test("the buffer is drained when the next record does not fit, and only then", async () => {
  const kernel = await compile(`import { Chunk, emitBytesValue } from "millrace";
export function map(line: Chunk): void { emitBytesValue(line.start, line.length, line.length); }`);
  const seed = freshSeed();
  const random = new Random(seed);
  const edges = [16_364, 16_365, 16_371, 16_372, 16_373, 16_384, 40_000];
  for (let i = 0; i < 60; i++) {
    const lengths = Array.from(
      { length: random.between(1, 400) },
      () => random.oneIn(50) ? random.pick(edges) : random.between(1, 300),
    );
    const records = lengths.map((length): ValueRecord => ["k".repeat(length), BigInt(length)]);
    kernel.run(new TextEncoder().encode(records.map(([key]) => `${key}\n`).join("")));
    const sizes = lengths.map((length) => Math.ceil((12 + length) / 8) * 8);
    const what = `MILLRACE_SEED=${seed} ${i}`;
    assertEquals(kernel.drained.map(({ length }) => length), drainsOf(sizes), what);
    const expected = encodeValues(records);
    assert(concat(kernel.drained).every((byte, at) => byte === expected[at]), what);
  }
});

Deno.test("many records have the values that their text says", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const pieces = ["a", "bc", "d-e", "é", "\u{1f600}", " ", "long ".repeat(30)];
  const lines = Array.from({ length: 20_000 }, () => {
    const key = Array.from({ length: random.between(1, 8) }, () => random.pick(pieces)).join("");
    const value = (BigInt(random.below(2 ** 32)) << 31n | BigInt(random.below(2 ** 31))) *
      (random.oneIn(2) ? 1n : -1n);
    return { key, value };
  });
  const text = lines.map(({ key, value }) => `${key}\t${value}`).join("\n");
  const kernel = await compileEmitter(
    `const tab = line.indexOf("\\t");
  emitValue(line.substring(0, tab), I64.parseInt(line.substring(tab + 1)));`,
  );
  const expected = lines.map(({ key, value }): [string, bigint] => [key, value]);
  assertEquals(kernel.mapValues(text), expected, `MILLRACE_SEED=${seed}`);
});

Deno.test("values go out under other names, too", async () => {
  const sources = [
    'import { emitValue as put } from "millrace"; export function map(s: string): void { put(s, 1); }',
    'import * as mr from "millrace"; export function map(s: string): void { mr.emitValue(s, 1); }',
    `import { emit, emitValue } from "millrace"; class Sink { emit(): void {} }
export function map(s: string): void { new Sink().emit(); emitValue<i32>(s, 1); }`,
  ];
  for (const source of sources) {
    const kernel = await compile(source);
    assertEquals(kernel.manifest.output, "values");
    assertEquals(kernel.mapValues("a\nb"), [["a", 1n], ["b", 1n]], source);
  }
});

Deno.test("a key without a value fails where the compiler cannot see that it is one", async () => {
  const kernel = await compile(`import { emitValue, Key } from "millrace";
class Sink { emit(): void {} }
export function map(s: string): void {
  new Sink().emit();
  const key = new Key();
  key.addText(s);
  emitValue(s, 1);
  if (s == "b") key.emit();
}`);
  assertEquals(kernel.mapValues("a"), [["a", 1n]]);
  assertThrows(
    () => kernel.mapValues("b"),
    KernelFailure,
    "Cannot emit key: it has no value, and this kernel emits values",
  );
});

Deno.test("only map may emit values", async () => {
  const kernel = await compile(`import { emitValue } from "millrace";
function early(): void { emitValue("early", 1); }
early();
export function map(line: string): void { emitValue(line, 1); }`);
  assertThrows(() => kernel.mapValues("a"), KernelFailure, "Cannot emit keys outside of map");
});

Deno.test("memory stays as it is, value after value, large keys and failures of none", async () => {
  for (const global of ["", "const seen = new Map<string, i32>(); "]) {
    const kernel = await compileEmitter(
      "emitValue(line + line, line.length); if (line.length > 60) emitValue(line.repeat(400), 1);",
      global,
    );
    const chunk = `${"some line\n".repeat(2000)}${"x".repeat(61)}\n`;
    kernel.mapValues(chunk);
    const before = kernel.memory.buffer.byteLength;
    for (let i = 0; i < 20; i++) assertEquals(kernel.mapValues(chunk).length, 2002);
    assertEquals(kernel.memory.buffer.byteLength, before);
  }
});
