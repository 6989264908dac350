import { assertEquals } from "@std/assert";
import { randomDecimal, randomHalfway } from "../../support/decimal_texts.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { compileKernelSource, UserKernel } from "../../support/user_kernel.ts";

/** Emits each line with the bits of its number. */
const kernel = new UserKernel(
  await compileKernelSource(`import { Chunk, emitBytesValue } from "millrace";
export function map(line: Chunk): void {
  emitBytesValue(line.start, line.length, reinterpret<i64>(line.toNumber()));
}`),
);

function read(lines: readonly string[]): number[] {
  const bits = new DataView(new ArrayBuffer(8));
  return kernel.mapValues(lines.join("\n")).map(([, value]) => {
    bits.setBigInt64(0, value as bigint);
    return bits.getFloat64(0);
  });
}

Deno.test("toNumber() reads what a decimal number is", () => {
  const numbers = [
    "0",
    "-0",
    "+7",
    "007",
    "12.5",
    ".5",
    "5.",
    "-1e3",
    "1E+3",
    "1e-3",
    " 4 ",
    "\t4\r",
  ];
  const more = [
    "9007199254740992",
    "9007199254740993",
    "9007199254740993e1",
    "1e22",
    "1e23",
    "1e-22",
    "1e-23",
    "0.1",
  ];
  const edges = ["1e999", "-1e999", "1e-999", "5e-324", "1.7976931348623157e308", "0e999999999999"];
  const longer = [
    "123456789012345678901234567890",
    "0.000000000000000000000000000001",
    "0".repeat(40),
  ];
  const all = [...numbers, ...more, ...edges, ...longer];
  assertEquals(read(all), all.map(Number));
});

Deno.test("toNumber() is NaN where anything else stands", () => {
  const others = [
    " ",
    "-",
    ".",
    "e",
    "e5",
    ".e5",
    "1e",
    "1e+",
    "1.2.3",
    "12 €",
    "1,5",
    "1 2",
    "--1",
  ];
  const words = ["NaN", "Infinity", "-Infinity", "0x10", "1_000", "1n", "abc", "١"];
  for (const text of [...others, ...words]) assertEquals(read([text]), [NaN], text);
});

Deno.test("toNumber() rounds numbers of any length as JavaScript does", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const short = Array.from({ length: 10_000 }, () => {
    const digits = Array.from({ length: random.between(1, 15) }, () => random.below(10)).join("");
    const point = random.below(digits.length + 1);
    const exponent = random.oneIn(2) ? `e${random.between(-7, 22)}` : "";
    return `${random.oneIn(2) ? "-" : ""}${digits.slice(0, point)}.${
      digits.slice(point)
    }${exponent}`;
  });
  const long = Array.from({ length: 5000 }, () => [randomDecimal(random), randomHalfway(random)]);
  const lines = [...short, ...long.flat()];
  const found = read(lines);
  for (const [i, line] of lines.entries()) {
    assertEquals(found[i], Number(line), `MILLRACE_SEED=${seed} ${line}`);
  }
});
