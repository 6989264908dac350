import { assertEquals, assertThrows } from "@std/assert";
import { Decimal } from "../../../src/contract/decimals.ts";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { compileKernelSource, KernelFailure, UserKernel } from "../../support/user_kernel.ts";

// Lines are emitted as keys, with themselves as values.

const SCALES = [0, 2, 18];
const MOST_UNITS = 2n ** 63n - 1n;
const LEAST_UNITS = -(2n ** 63n);

/** Kernels at the level of text and of bytes. */
function sources(scale: number): string[] {
  const value = `export const value = "decimal(${scale})";`;
  return [
    `import { emitValue } from "millrace"; ${value}
export function map(line: string): void { emitValue(line, line); }`,
    `import { Chunk, emitBytesValue } from "millrace"; ${value}
export function map(line: Chunk): void { emitBytesValue(line.start, line.length, line); }`,
  ];
}

async function compileAll(scale: number): Promise<UserKernel[]> {
  const binaries = await Promise.all(sources(scale).map((source) => compileKernelSource(source)));
  return binaries.map((binary) => new UserKernel(binary));
}

/** The units of a decimal in a text by its digits; undefined if it is none of this scale. */
function readNaive(text: string, scale: number): bigint | "none" | "fine" | "beyond" {
  const parts = /^[ \t]*([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?[ \t]*$/.exec(text);
  if (!parts) return "none";
  const [, sign, whole, fraction = "", exponent = "0"] = parts;
  const shift = Number(exponent) - fraction.length + scale;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return 0n;
  if (shift > 99) return "beyond";
  if (shift < -99) return "fine";
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  const units = sign === "-" ? -magnitude : magnitude;
  if (units > MOST_UNITS || units < LEAST_UNITS) return "beyond"; // however fine it is as well
  return shift < 0 && digits % 10n ** BigInt(-shift) !== 0n ? "fine" : units;
}

Deno.test("decimals declare themselves, and the gate admits them", async () => {
  for (const scale of SCALES) {
    for (const source of sources(scale)) {
      const { manifest } = admitModule(await compileKernelSource(source));
      const { output, value, op } = manifest;
      assertEquals([output, value, op], ["values", `decimal(${scale})`, "sum"]);
    }
  }
});

Deno.test("decimals are read from text and from bytes by their digits", async () => {
  const texts: [text: string, units: bigint][] = [
    ["12.34", 1234n],
    ["-0.5", -50n],
    ["1e3", 100_000n],
    ["+7", 700n],
    ["1E+2", 10_000n],
    ["125e-2", 125n],
    [".5", 50n],
    ["5.", 500n],
    ["-.25", -25n],
    ["007.10", 710n],
    ["0", 0n],
    ["-0", 0n],
    ["-0.00", 0n],
    ["0e999999999999999999999", 0n],
    ["0.0e-999999999999999999999", 0n],
    ["1.2300000000000000000000000000000", 123n],
    ["0000000000000000000000000000000001", 100n],
    ["0.00000000000000000000000000012e28", 120n],
    ["120000000000000000000000000000e-29", 120n],
    [" \t1.5 ", 150n],
    ["92233720368547758.07", MOST_UNITS],
    ["+92233720368547758.0700", MOST_UNITS],
    ["-92233720368547758.08", LEAST_UNITS],
    ["9223372036854775807e-2", MOST_UNITS],
    ["-9.223372036854775808e16", LEAST_UNITS],
  ];
  for (const kernel of await compileAll(2)) {
    const lines = texts.map(([text]) => text).join("\n");
    assertEquals(kernel.mapValues(lines), texts, "all lines");
  }
});

Deno.test("random decimals are read as BigInt reads their digits", async () => {
  const random = new Random(freshSeed());
  const pieces = ["0", "00", "1", "9", "5", ".", "e", "E", "-", "+", "e-1", "e1", "123456789", " "];
  for (const scale of SCALES) {
    const kernels = await compileAll(scale);
    const texts = Array.from({ length: 1500 }, (_, i) => {
      if (i % 3 === 0) {
        return Array.from({ length: random.between(1, 6) }, () => random.pick(pieces)).join("");
      }
      const bits = BigInt(random.between(0, 66));
      const high = BigInt(random.below(2 ** 32)) << 40n | BigInt(random.below(2 ** 32)) << 8n;
      const units = BigInt.asUintN(Number(bits), high | BigInt(random.below(256)));
      const text = String(new Decimal(random.oneIn(2) ? units : -units, scale));
      return i % 3 === 1 ? text : `${text}e${random.between(-3, 3)}`;
    }).filter((text) => !/^\s*$/.test(text));
    const what = `MILLRACE_SEED=${random.seed} scale ${scale}`;
    const read = texts.map((text) => [text, readNaive(text, scale)] as const);
    const good = read.filter(([, units]) => typeof units === "bigint");
    for (const kernel of kernels) {
      const lines = good.map(([text]) => text).join("\n");
      assertEquals(kernel.mapValues(lines) as unknown, good, what);
    }
    const reasons = { none: "it is no decimal number", fine: "it has more than", beyond: "beyond" };
    for (const [text, why] of read.filter(([, units]) => typeof units === "string").slice(0, 150)) {
      for (const kernel of kernels) {
        const error = assertThrows(() => kernel.mapValues(text), KernelFailure, `"${text}"`, what);
        const reason = reasons[why as keyof typeof reasons];
        assertEquals(error.message.includes(reason), true, `${what}: ${error.message}, ${why}`);
      }
    }
  }
});

Deno.test("texts that are no such decimals fail at their record, with text and limit", async () => {
  const most = "92233720368547758.07";
  const least = "-92233720368547758.08";
  const fine = "it has more than 2 fraction digits";
  const none = "it is no decimal number";
  const failures: [text: string, reason: string][] = [
    ["12.345", fine],
    ["1e-3", fine],
    ["-0.001", fine],
    ["92233720368547758.08", `it is beyond ${most}`],
    ["1e30", `it is beyond ${most}`],
    ["1e99999999999999999999", `it is beyond ${most}`],
    ["-92233720368547758.09", `it is beyond ${least}`],
    ["-1e17", `it is beyond ${least}`],
    ...[
      ...["abc", "", " ", ".", "-", "+-1", "1,000.00", "1_000", "1.2.3", "1e", "1e+", "e5", "0x10"],
      ...["NaN", "Infinity", "$5", "5 %", "1 2", "１", "1.5f", "\u00a01"],
    ].map((text): [string, string] => [text, none]),
  ];
  for (const source of sources(2)) {
    const binary = await compileKernelSource(source.replace("(line, line)", '("key", line)'));
    for (const [text, reason] of failures) {
      if (text === "" && source.includes("Chunk")) continue; // an empty key emits nothing
      const kernel = new UserKernel(binary);
      assertThrows(
        () => kernel.mapValues(`1\n${text}\n2`),
        KernelFailure,
        `Cannot emit value "${text}": ${reason}`,
      );
      assertEquals(kernel.exports.mr_at.value, 2, text);
    }
    const long = "x".repeat(5000);
    const error = assertThrows(() => new UserKernel(binary).mapValues(long), KernelFailure);
    assertEquals(error.message.includes(`"${"x".repeat(80)}…": ${none}`), true, error.message);
  }
});

Deno.test("integers are whole numbers, which decimals hold up to their limit", async () => {
  const compile = async (type: string, scale: number) =>
    new UserKernel(
      await compileKernelSource(`import { emitValue } from "millrace";
export const value = "decimal(${scale})";
export function map(line: string): void { emitValue(line, <${type}>${type}.parse(line)); }`
        .replace(`${type}.parse`, `${type === "u64" ? "U64" : "I64"}.parseInt`)),
    );
  for (
    const [type, texts] of [["i64", ["-7", "0", "12"]], ["i32", ["-9"]], ["u8", ["255"]]] as const
  ) {
    const kernel = await compile(type, 2);
    const expected = texts.map((text): [string, bigint] => [text, BigInt(text) * 100n]);
    assertEquals(kernel.mapValues(texts.join("\n")), expected, type);
  }
  const most = "92233720368547758";
  assertEquals((await compile("i64", 2)).mapValues(`${most}\n-${most}`), [
    [most, BigInt(most) * 100n],
    [`-${most}`, BigInt(most) * -100n],
  ]);
  const beyond: [type: string, scale: number, text: string, limit: string][] = [
    ["i64", 2, "92233720368547759", "92233720368547758.07"],
    ["i64", 2, "-92233720368547759", "-92233720368547758.08"],
    ["i64", 18, "10", "9.223372036854775807"],
    ["i64", 18, "-10", "-9.223372036854775808"],
    ["u64", 0, "9223372036854775808", "9223372036854775807"],
    ["u64", 2, "18446744073709551615", "92233720368547758.07"],
  ];
  for (const [type, scale, text, limit] of beyond) {
    const kernel = await compile(type, scale);
    const message = `Cannot emit value ${text}: it is beyond ${limit}`;
    assertThrows(() => kernel.mapValues(text), KernelFailure, message);
  }
});

Deno.test("fields of CSV and of JSON are values as they are", async () => {
  const binary = await compileKernelSource(`import { Chunk, csv, emitBytesValue } from "millrace";
export const records = "csv";
export const value = "decimal(2)";
export function map(row: Chunk): void {
  const key = csv.field(row, 0), amount = csv.field(row, 1);
  if (key != null && amount != null) emitBytesValue(key.start, key.length, amount);
}`);
  const kernel = new UserKernel(binary);
  assertEquals(kernel.mapValues('a,1.10\nb,"-2.5"\nc\n'), [["a", 110n], ["b", -250n]]);
  const careless = new UserKernel(
    await compileKernelSource(`import { Chunk, csv, emitValue } from "millrace";
export const value = "decimal(2)";
export function map(row: Chunk): void { emitValue("all", csv.field(row, 1)); }`),
  );
  assertEquals(careless.mapValues("a,1.10"), [["all", 110n]]);
  const message = "Cannot emit value: it is null";
  assertThrows(() => careless.mapValues("a,1\nb"), KernelFailure, message);
});
