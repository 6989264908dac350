import { compileKernelSource, UserKernel } from "./user_kernel.ts";

/** Arguments of a call: three texts, which need not be well-formed, and two numbers of 32 bits. */
export interface CallArguments {
  a: string;
  b: string;
  c: string;
  i: number;
  j: number;
}

type Call = (a: string, b: string, c: string, i: number, j: number) => unknown;

/** What expressions of both languages may use, as AssemblyScript has it. */
const PRELUDE = `import { emit } from "millrace";

function hexOf(text: string): string {
  const digits = new Array<i32>(text.length * 4);
  for (let i = 0; i < digits.length; i++) {
    const digit = (text.charCodeAt(i >> 2) >> ((3 - (i & 3)) * 4)) & 15;
    digits[i] = digit < 10 ? 48 + digit : 87 + digit;
  }
  return String.fromCharCodes(digits);
}
function digitAt(text: string, at: i32): i32 {
  const unit = text.charCodeAt(at);
  return unit < 58 ? unit - 48 : unit - 87;
}
function textOf(hex: string): string {
  const units = new Array<i32>(hex.length >> 2);
  for (let i = 0; i < units.length; i++) {
    let unit = 0;
    for (let k = 0; k < 4; k++) unit = unit << 4 | digitAt(hex, i * 4 + k);
    units[i] = unit;
  }
  return String.fromCharCodes(units);
}
function show<T>(value: T): string {
  if (isString<T>()) return "s" + hexOf(changetype<string>(value));
  if (isBoolean<T>()) return value ? "true" : "false";
  if (isArray<T>()) {
    let all = "[";
    // @ts-ignore
    for (let i = 0; i < value.length; i++) all += show(value[i]) + ",";
    return all;
  }
  return I64.parseInt(value.toString()).toString();
}
function units(text: string): i32[] {
  const all: i32[] = [];
  for (let i = 0; i < text.length; i++) all.push(text.charCodeAt(i));
  return all;
}
function doubles(text: string): f64[] {
  const all: f64[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i) & 7;
    all.push(unit == 7 ? NaN : unit == 6 ? -0.0 : unit);
  }
  return all;
}
function bytes(text: string): u8[] {
  const all: u8[] = [];
  for (let i = 0; i < text.length; i++) all.push(<u8>text.charCodeAt(i));
  return all;
}
function shorts(text: string): i16[] {
  const all: i16[] = [];
  for (let i = 0; i < text.length; i++) all.push(<i16>text.charCodeAt(i));
  return all;
}
function fixed(text: string): StaticArray<i32> { return StaticArray.fromArray(units(text)); }
function fixedTexts(text: string, at: string): StaticArray<string> {
  return StaticArray.fromArray(text.split(at));
}
function list(all: StaticArray<i32>): i32[] {
  const out: i32[] = [];
  for (let i = 0; i < all.length; i++) out.push(all[i]);
  return out;
}
function typed(text: string): Int32Array {
  const all = new Int32Array(text.length);
  all.set(units(text));
  return all;
}
function listed(all: Int32Array): i32[] {
  const out: i32[] = [];
  for (let i = 0; i < all.length; i++) out.push(all[i]);
  return out;
}
function byNumber(x: i32, y: i32): i32 { return x - y; }
function byLastDigit(x: i32, y: i32): i32 { return (x & 7) - (y & 7); }
function byLength(x: string, y: string): i32 { return x.length - y.length; }
function after(all: i32[], taken: i32[]): i32[] { taken.push(-7); return taken.concat(all); }
function afterTexts(all: string[], taken: string[]): string[] { return taken.concat(all); }
function inMap(text: string, other: string): string[] {
  const map = new Map<string, i32>();
  for (let i = 0; i < text.length; i++) map.set(text.charAt(i), i);
  for (let i = 0; i < other.length; i++) map.delete(other.charAt(i));
  for (let i = 0; i < text.length; i += 3) map.set(text.charAt(i), map.size);
  const out = map.keys();
  const values = map.values();
  for (let i = 0; i < values.length; i++) out.push(values[i].toString());
  out.push(map.size.toString());
  return out;
}
function inSet(text: string, other: string): i32[] {
  const set = new Set<i32>();
  for (let i = 0; i < text.length; i++) set.add(text.charCodeAt(i));
  for (let i = 0; i < other.length; i++) set.delete(other.charCodeAt(i));
  for (let i = 0; i < text.length; i += 3) set.add(text.charCodeAt(i));
  const out = set.values();
  out.push(set.size);
  for (let i = 0; i < other.length; i++) out.push(set.has(other.charCodeAt(i)) ? 1 : 0);
  return out;
}
`;

/** The same in JavaScript. */
const OWN_PRELUDE = `
const units = (text) => text.split("").map((unit) => unit.charCodeAt(0));
const doubles = (text) => units(text).map((unit) => [0, 1, 2, 3, 4, 5, -0, NaN][unit & 7]);
const bytes = (text) => units(text).map((unit) => unit & 255);
const shorts = (text) => units(text).map((unit) => unit << 16 >> 16);
const fixed = units;
const fixedTexts = (text, at) => text.split(at);
const list = (all) => all;
const typed = (text) => Int32Array.from(units(text));
const listed = (all) => [...all];
const byNumber = (x, y) => x - y;
const byLastDigit = (x, y) => (x & 7) - (y & 7);
const byLength = (x, y) => x.length - y.length;
const after = (all, taken) => { taken.push(-7); return taken.concat(all); };
const afterTexts = (all, taken) => taken.concat(all);
const inMap = (text, other) => {
  const map = new Map();
  for (let i = 0; i < text.length; i++) map.set(text.charAt(i), i);
  for (const unit of other.split("")) map.delete(unit);
  for (let i = 0; i < text.length; i += 3) map.set(text.charAt(i), map.size);
  return [...map.keys(), ...map.values(), map.size].map(String);
};
const inSet = (text, other) => {
  const set = new Set(units(text));
  for (const unit of units(other)) set.delete(unit);
  for (let i = 0; i < text.length; i += 3) set.add(text.charCodeAt(i));
  return [...set, set.size, ...units(other).map((unit) => Number(set.has(unit)))];
};
`;

/** A kernel that evaluates one of some expressions for each record, and JavaScript beside it. */
export class LibraryCalls {
  readonly #calls: Call[];
  readonly #kernel: UserKernel;

  private constructor(
    readonly expressions: readonly string[],
    binary: Uint8Array<ArrayBuffer>,
  ) {
    this.#kernel = new UserKernel(binary);
    this.#calls = expressions.map((expression) =>
      new Function("a", "b", "c", "i", "j", `${OWN_PRELUDE} return ${expression};`) as Call
    );
  }

  /**
   * Compiles expressions over `a`, `b`, `c`, `i` and `j` that both languages have.
   *
   * @param global A line of the kernel, such as one that makes its memory collected.
   */
  static async compile(expressions: readonly string[], global = ""): Promise<LibraryCalls> {
    const cases = expressions.map((expression, i) => `    case ${i}: return show(${expression});`);
    const source = `${PRELUDE}${global}
function call(which: i32, a: string, b: string, c: string, i: i32, j: i32): string {
  switch (which) {
${cases.join("\n")}
  }
  return "none";
}
export function map(record: string): void {
  const parts = record.split(" ");
  const i = I32.parseInt(parts[4]), j = I32.parseInt(parts[5]);
  emit(call(I32.parseInt(parts[0]), textOf(parts[1]), textOf(parts[2]), textOf(parts[3]), i, j));
}
`;
    return new LibraryCalls(expressions, await compileKernelSource(source));
  }

  /** What the kernel gives for some calls, each of which is a record of one chunk. */
  run(calls: readonly (readonly [which: number, CallArguments])[]): string[] {
    return this.#kernel.map(
      calls.map(([which, { a, b, c, i, j }]) =>
        [which, hexOf(a), hexOf(b), hexOf(c), i, j].join(" ")
      ).join("\n"),
    );
  }

  /** What JavaScript gives. */
  expected(which: number, { a, b, c, i, j }: CallArguments): string {
    return show(this.#calls[which](a, b, c, i, j));
  }
}

function hexOf(text: string): string {
  return text.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0")).join("");
}

/** What a kernel shows of a value; -1 stands for NaN and undefined, which AssemblyScript lacks. */
export function show(value: unknown): string {
  if (typeof value === "string") return `s${hexOf(value)}`;
  if (Array.isArray(value)) return `[${value.map((each) => `${show(each)},`).join("")}`;
  if (value === undefined || Number.isNaN(value)) return "-1";
  return typeof value === "number" ? String(Math.trunc(value)) : String(value);
}
