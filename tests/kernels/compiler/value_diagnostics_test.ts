import { testSources, type ToldSource } from "../../support/compiler/told_sources.ts";

/** Sources that are wrong in what they emit beside keys, and in what becomes of it. */
const SOURCES: ToldSource[] = [
  [
    "an op and a type of values without values",
    `import { emit, emitValue } from "millrace";
export const op = "max", value = "f64";
export function map(line: string): void { emit(line); }`,
    [
      [2, 14, "Cannot use op: this kernel emits no values (emitValue)"],
      [2, 26, "Cannot use value: this kernel emits no values"],
    ],
  ],
  [
    "an op and a type of values that there are not",
    `import { emitValue } from "millrace";
export const op = "median";
export const value = 64;
export function map(line: string): void { emitValue(line, 1); }`,
    [
      [3, 14, 'value must be "i64", "f64" or "decimal(N)" with N of 0 to 18'],
      [2, 14, 'op must be "sum", "min", "max", "avg" or "count"'],
    ],
  ],
  [
    "keys without values beside values",
    `import { Chunk, emit as put, emitBytes, emitKey, emitRuns, emitValue, Key, WORD } from "millrace";
export function map(line: Chunk): void {
  put("a");
  emitBytes(line.start, line.length);
  emitKey(line.start, line.length);
  emitRuns(line, WORD);
  const key = new Key();
  key.emit();
  emitValue("a", 1);
}`,
    [
      [3, 3, "Cannot emit a key alone: this kernel emits values (emitValue)"],
      [4, 3, "Cannot emit a key alone"],
      [5, 3, "Cannot emit a key alone"],
      [6, 3, "Cannot emit a key alone"],
      [8, 7, "Cannot emit a key alone"],
    ],
  ],
  [
    "keys beside values by the name of all",
    `import * as mr from "millrace";
export function map(line: string): void {
  mr.emitBytesValue(0, 0, 1);
  mr.emit(line);
}`,
    [[4, 6, "Cannot emit a key alone"]],
  ],
  [
    "values of a wrong type, and what else is wrong",
    `import { Chunk, emitBytesValue, emitValue } from "millrace";
export function map(line: Chunk): void {
  emitValue("a", 1.5);
  emitBytesValue(line.start, 1, <f32>1);
  emitValue("a", line);
  const n: i32 = 0.5;
  emitValue("a", n);
  emitValue(n, 1);
}`,
    [
      [6, 18, "Conversion from type 'f64' to 'i32' requires an explicit cast"],
      [8, 13, "Type 'i32' is not assignable to type 'string'"],
      [3, 18, 'values are integers here; write export const value = "f64" for doubles'],
      [4, 33, "values are integers here"],
      [5, 18, "Type 'Chunk' is not assignable to type 'i64'"],
    ],
  ],
  [
    "values that are no numbers, where they may be doubles",
    `import { emitValue } from "millrace";
export const value = "f64";
export function map(line: string): void {
  emitValue("a", 1.5);
  emitValue("a", <i64>1);
  emitValue("a", <u64>1);
  emitValue("a", line);
}`,
    [[7, 18, "Type 'string' is not assignable to type 'f64'"]],
  ],
  [
    "values whose type a call names",
    `import { emitValue } from "millrace";
export function map(line: string): void {
  emitValue<f64>(line, 1);
}`,
    [[3, 3, "Cannot emit value: values are integers here"]],
  ],
  [
    "keys and values beside pairs, and what is said of values",
    `import { Chunk, emitBytes, emitPair, emitValue, Key } from "millrace";
export const op = "sum", value = "i64";
export function map(line: Chunk): void {
  emitPair("a", "b");
  emitBytes(line.start, line.length);
  new Key().emit();
  emitValue("a", 1);
}
export function combine(a: i64, b: i64): i64 { return a + b; }`,
    [
      [
        5,
        3,
        "Cannot emit a key alone: this kernel emits pairs (emitPair), so each key must have a text",
      ],
      [6, 13, "Cannot emit a key alone: this kernel emits pairs"],
      [7, 3, "Cannot emit a value: this kernel emits pairs (emitPair)"],
      [2, 26, "Cannot use value: this kernel emits pairs (emitPair)"],
      [9, 1, "Cannot use combine: this kernel emits pairs (emitPair), and no values"],
      [2, 14, 'op must be "distinct" or "approxDistinct" for pairs'],
    ],
  ],
  [
    "pairs beside values, and an op of pairs",
    `import * as mr from "millrace";
export const op = "distinct";
export function map(line: string): void {
  mr.emitValue("a", 1);
  mr.emitBytesPair(0, 1, 0, 1);
}`,
    [
      [5, 6, "Cannot emit a pair: this kernel emits values (emitValue)"],
      [2, 14, 'op must be "sum", "min", "max", "avg" or "count" for values'],
    ],
  ],
  [
    "pairs of other types",
    `import { emitPair } from "millrace";
export function map(line: string): void { emitPair(line, 1); }`,
    [[2, 58, "Type 'i32' is not assignable to type 'string'"]],
  ],
  [
    "an op beside combine",
    `import { emitValue } from "millrace";
export const op = "max";
export function map(line: string): void { emitValue(line, 1); }
export function combine(a: i64, b: i64): i64 { return a + b; }`,
    [[2, 14, "Cannot use op: the kernel's own function combine says what becomes of values"]],
  ],
  [
    "the op combine without the function",
    `import { emitValue } from "millrace";
export const op = "combine", value = "f64";
export function map(line: string): void { emitValue(line, 1); }`,
    [[2, 14, 'op "combine" needs a function: export function combine(a: f64, b: f64): f64']],
  ],
  [
    "finish without combine",
    `import { emitValue } from "millrace";
export function map(line: string): void { emitValue(line, 1); }
export function finish(state: i64): i64 { return state; }`,
    [[3, 1, "Cannot use finish without combine: export function combine(a: i64, b: i64): i64"]],
  ],
  [
    "combine and finish that are not exported",
    `import { emitValue } from "millrace";
export function map(line: string): void { emitValue(line, 1); }
function combine(a: i64, b: i64): i64 { return a + b; }
function finish(state: i64): i64 { return state; }`,
    [
      [3, 1, "combine must be exported: export function combine(a: i64, b: i64): i64"],
      [4, 1, "finish must be exported: export function finish(state: i64): i64"],
    ],
  ],
  [
    "combine and finish of other types than the values",
    `import { emitValue } from "millrace";
export const value = "f64";
export function map(line: string): void { emitValue(line, 1); }
export function combine(a: f64, b: i64): f32 { return 0; }
export function finish(state: f64 | null): f64 { return state; }`,
    [
      [4, 33, "combine must take values of the kernel's type, f64"],
      [
        4,
        17,
        "combine must return a value of the kernel's type, f64: export function combine(a: f64, b: f64): f64",
      ],
      [5, 24, "finish must take values of the kernel's type, f64"],
    ],
  ],
  [
    "combine and finish of other forms",
    `import { emitValue } from "millrace";
export function map(line: string): void { emitValue(line, 1); }
export function combine<T>(a: i64, b: i64): i64 { return a + b; }
export function finish(state: i64, more: i64): i64 { return state; }`,
    [
      [3, 17, "combine must have two parameters, and none of types"],
      [4, 17, "finish must have one parameter, and none of types"],
    ],
  ],
  [
    "a combine that is a variable",
    `import { emitValue } from "millrace";
export const combine = (a: i64, b: i64): i64 => a + b;
export function map(line: string): void { emitValue(line, 1); }`,
    [[2, 14, "combine must be a function: export function combine(a: i64, b: i64): i64"]],
  ],
  [
    "combine and finish without values",
    `import { emit } from "millrace";
export function map(line: string): void { emit(line); }
export function combine(a: i64, b: i64): i64 { return a + b; }
export function finish(state: i64): i64 { return state; }`,
    [
      [3, 1, "Cannot use combine: this kernel emits no values (emitValue)"],
      [4, 1, "Cannot use finish: this kernel emits no values (emitValue)"],
    ],
  ],
  [
    "values that are no decimals",
    `import { Chunk, csv, emitBytesValue, emitValue } from "millrace";
export const value = "decimal(2)";
class Amount {}
export function map(line: Chunk): void {
  emitValue("a", 1.5);
  emitValue("a", "1.5");
  emitValue("a", line);
  emitValue("a", 1);
  emitValue("a", csv.field(line, 0));
  emitBytesValue(line.start, 1, new Amount());
  emitBytesValue(line.start, 1, <f32>1);
}`,
    [
      [5, 18, "values are decimals here; give the text of the number, since a double is not exact"],
      [10, 33, "it must be a text, a Chunk or an integer"],
      [11, 33, "values are decimals here"],
    ],
  ],
];

testSources(SOURCES);
