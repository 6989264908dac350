import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { main as asc } from "assemblyscript/asc";
import {
  doubleOf,
  randomDecimal,
  randomDigits,
  randomDoubleBits,
  randomHalfway,
} from "../../support/decimal_texts.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { compileKernelSource, UserKernel } from "../../support/user_kernel.ts";

// What kernels read from strings is compared with JavaScript, bit by bit. A line of a text has a
// radix, a space and what is read; a line feed within it is written as RETURN.

const RETURN = "⏎";
const LINES = 8000; // of each kind
const CHUNK_LINES = 1000;
/** What JavaScript trims, by digits and letters, signs, points and other characters. */
const SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";
const OTHERS = "\0\u0001\u0002\u000e\u001f/:@[`{_,n\u0085\u180e\u200b١😀";
const WORDS = ["Infinity", "-Infinity", "+Infinity", "infinity", "Infinit", "NaN", "0x", "0X1f"];
const STARTS = ["0b1", "0o7", "-0x10", "0x-1", "-", "+", ".", "-.", "-0", "- 1", "1e", "1e+", "e5"];
/** What asc's own library reads wrongly: a mantissa of 17 digits, and a tab among digits. */
const WRONG_FLOAT = "4.9579428145058626e39";
const WRONG_INTEGER = "42\tname";

const kernel = new UserKernel(
  await compileKernelSource(`import { emit } from "millrace";
function bits(value: f64): string {
  return isNaN(value) ? "NaN" : reinterpret<u64>(value).toString();
}
export function map(line: string): void {
  const space = line.indexOf(" ");
  const radix = I32.parseInt(line.substring(0, space));
  const text = line.substring(space + 1).split("${RETURN}").join("\\n");
  emit(bits(parseFloat(text)) + " " + bits(F64.parseFloat(text)) + " " +
    bits(Number.parseInt(text, radix)) + " " + bits(parseInt(text)) + " " +
    I64.parseInt(text, radix).toString() + " " + U64.parseInt(text, radix).toString() + " " +
    I32.parseInt(text, radix).toString() + " " + U8.parseInt(text, radix).toString());
}`),
);

type Line = [radix: number, text: string];

/** What the kernel reads of some texts. */
function read(lines: readonly Line[]): string[] {
  const texts = lines.map(([radix, text]) => `${radix} ${text.replaceAll("\n", RETURN)}`);
  const found: string[] = [];
  for (let from = 0; from < texts.length; from += CHUNK_LINES) {
    found.push(...kernel.map(texts.slice(from, from + CHUNK_LINES).join("\n") + "\n"));
  }
  return found;
}

/** What JavaScript reads. */
function expectedOf([radix, text]: Line): string {
  const float = written(parseFloat(text));
  const { bits, double } = readInteger(text, radix);
  const integers = [
    BigInt.asIntN(64, bits),
    BigInt.asUintN(64, bits),
    BigInt.asIntN(32, bits),
    BigInt.asUintN(8, bits),
  ];
  return [float, float, written(double), written(parseInt(text)), ...integers].join(" ");
}

/** The bits of a double. */
function written(value: number): string {
  if (isNaN(value)) return "NaN";
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return String(view.getBigUint64(0));
}

/** An integer with all of its digits. JavaScript's own one need not be exact for each radix. */
function readInteger(text: string, radix: number): { bits: bigint; double: number } {
  const double = parseInt(text, radix);
  const [, sign, rest] = /^\s*([+-]?)([^]*)$/.exec(text)!;
  const isHex = (radix === 0 || radix === 16) && /^0x/i.test(rest);
  const base = radix === 0 ? (isHex ? 16 : 10) : radix;
  let value = 0n;
  for (const character of isHex ? rest.slice(2) : rest) {
    const digit = /[0-9a-z]/i.test(character) ? parseInt(character, 36) : 36;
    if (base < 2 || base > 36 || digit >= base) break;
    value = value * BigInt(base) + BigInt(digit);
  }
  const signed = sign === "-" ? -value : value;
  const isExact = [0, 2, 4, 8, 10, 16, 32].includes(radix) || value <= 2n ** 53n;
  assert(!isExact || value === 0n || double === Number(signed), `${radix} ${text}`);
  return { bits: signed, double: isExact ? double : Number(signed) };
}

function compare(lines: readonly Line[], seed: number): void {
  const found = read(lines);
  assertEquals(found.length, lines.length);
  lines.forEach((line, i) =>
    assertEquals(found[i], expectedOf(line), `MILLRACE_SEED=${seed} ${JSON.stringify(line)}`)
  );
}

function randomRadix(random: Random): number {
  return random.oneIn(3) ? random.pick([0, 1, 37, -1, 2 ** 31 - 1, 16]) : random.between(2, 36);
}

Deno.test("kernels read decimals as JavaScript does, and round them to the nearest double", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const texts = [WRONG_FLOAT];
  for (let i = 0; i < LINES; i++) {
    texts.push(randomDecimal(random), randomHalfway(random));
    const double = String(doubleOf(randomDoubleBits(random)));
    texts.push(random.oneIn(2) ? double : `${double}${random.pick(["x", " 7", "e", ".5", "\t2"])}`);
  }
  compare(texts.map((text) => [10, text]), seed);
});

Deno.test("kernels read the ends of the doubles, and texts of any length", () => {
  const edges = [
    ["5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.47032822920623272e-324"],
    ["2.2250738585072014e-308", "2.2250738585072011e-308", "2.225073858507201136e-308"],
    ["1.7976931348623157e308", "1.7976931348623158e308", "1.797693134862315807e308"],
    ["1.7976931348623159e308", "1e309", "1e-400", "1e999999999999", "1e-999999999999", "0e999"],
    ["9007199254740993", "9007199254740993.00000000000000000000000001", "9007199254740995"],
  ].flat();
  const long = [
    `0.${"0".repeat(20_000)}17e20001`,
    `1${"0".repeat(20_000)}e-20000`,
    `9007199254740993${"0".repeat(2000)}1e-2001`,
    `${"9".repeat(5000)}e-4990`,
    "7".repeat(308),
    "1".repeat(309),
    "9".repeat(309),
    "f".repeat(256),
    "f".repeat(255) + "8",
  ];
  const signed = [...edges, ...long].flatMap((text) => [text, `-${text}`]);
  compare(signed.flatMap((text): Line[] => [[10, text], [16, text], [36, text]]), 0);
});

Deno.test("kernels read integers of each radix as JavaScript does, to their last bit", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const lines: Line[] = [[10, WRONG_INTEGER]];
  for (let i = 0; i < LINES; i++) {
    const radix = random.between(2, 36);
    const length = random.between(1, random.pick([8, 20, 60, 220]));
    const digits = Array.from({ length }, () => random.below(radix).toString(radix)).join("");
    const text = random.oneIn(2) ? digits : digits.toUpperCase();
    lines.push([radix, `${random.pick(["", "-", "+", " ", "0x"])}${text}`]);
    const power = 2n ** BigInt(random.between(53, 900));
    const half = power + power / 2n ** 53n; // between two doubles
    const integer = half + BigInt(random.between(-1, 1)) + BigInt(random.below(4)) * power;
    lines.push([random.pick([0, 10]), String(integer)]);
    lines.push([16, `${random.pick(["", "0x", "-0X"])}${integer.toString(16)}`]);
  }
  compare(lines, seed);
});

Deno.test("kernels stop reading where JavaScript does, and find no number where it finds none", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const pieces = [..."0123456789.-+eExXaZ", ...SPACES, ...OTHERS, ...WORDS, ...STARTS];
  const few = [..."0189.-e", "\t", "\u0001", " "];
  const lines = Array.from({ length: LINES }, (): Line => {
    const some = random.oneIn(2) ? pieces : few;
    const text = Array.from({ length: random.below(9) }, () => random.pick(some)).join("");
    return [randomRadix(random), random.oneIn(4) ? randomDigits(random, 25) + text : text];
  });
  compare([...lines, ...[...WORDS, ...STARTS, "", " "].map((text): Line => [0, text])], seed);
});

Deno.test("asc's own library reads some of these texts wrongly, so that they tell", async () => {
  const { float, integer } = await compilePlainly(`
    export function float(): f64 { return parseFloat(${JSON.stringify(WRONG_FLOAT)}); }
    export function integer(): f64 { return parseInt(${JSON.stringify(WRONG_INTEGER)}); }`);
  assertNotEquals(float(), parseFloat(WRONG_FLOAT));
  assertNotEquals(integer(), parseInt(WRONG_INTEGER));
});

/** What some source exports, compiled without the SDK. */
async function compilePlainly(source: string): Promise<Record<string, () => number>> {
  let binary: Uint8Array | undefined;
  const { error } = await asc(["entry.ts", "--outFile", "out.wasm", "--runtime", "stub"], {
    readFile: (path: string) => path === "entry.ts" ? source : null,
    writeFile: (_path: string, contents: string | Uint8Array) => {
      if (typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw error;
  const module = await WebAssembly.compile(binary! as Uint8Array<ArrayBuffer>);
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  return exports as Record<string, () => number>;
}

Deno.test("an array of one integer is joined as a longer one is", async () => {
  const joined = new UserKernel(
    await compileKernelSource(`import { emit } from "millrace";
function join<T>(value: T): string {
  const one: T[] = [value], two: T[] = [value, value];
  return one.join(",") + " " + two.join(",");
}
export function map(line: string): void {
  const value = I64.parseInt(line);
  emit(join<i64>(value) + " " + join<u64>(value) + " " + join<i32>(<i32>value) + " " + join<u8>(<u8>value));
}`),
  );
  for (const text of ["5000000000", "-5000000000", "-1", "0", "9223372036854775807"]) {
    const value = BigInt(text);
    const all = [
      value,
      BigInt.asUintN(64, value),
      BigInt.asIntN(32, value),
      BigInt.asUintN(8, value),
    ];
    assertEquals(joined.map(text), [all.map((each) => `${each} ${each},${each}`).join(" ")]);
  }
});
