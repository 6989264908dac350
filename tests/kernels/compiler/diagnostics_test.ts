import { assertEquals, assertStringIncludes } from "@std/assert";
import { diagnose } from "../../support/compiler/diagnose.ts";

/** Whole sources: line and column of each diagnostic, and a part of its message. */
const SOURCES: [name: string, source: string, expected: [number, number, string][]][] = [
  ["nothing", "", [[1, 1, "A kernel must have a function map"]]],
  ["no map", "\nfunction read(line: string): void {}", [[1, 1, "must have a function map"]]],
  ["a map that is a variable", "\nexport const map = (s: string): void => {};", [
    [2, 14, "map must be a function"],
  ]],
  ["a map that is not exported", "function map(s: string): void {}", [[1, 1, "must be exported"]]],
  ["a map of a number", "export function map(n: i32): void {}", [
    [1, 21, "must take a string or a Chunk"],
  ]],
  ["a map without a type", "export function map(line): void {}", [
    [1, 21, "must take a string or a Chunk"],
  ]],
  ["a map of two", "export function map(a: string, b: string): void {}", [
    [1, 17, "must have one parameter"],
  ]],
  [
    "an enum of texts",
    'enum Kind { A = "a" }\nexport function map(s: string): void { const kind = Kind.A; }',
    [[1, 17, 'whole numbers: write const A = "a"']],
  ],
  [
    "a map without types",
    "export function map(line) {\n}",
    [[1, 26, "write export function map(line: string): void {"]],
  ],
  [
    "a chunk as a text",
    'import { Chunk, csv, emit } from "millrace";\nexport function map(row: Chunk): void {\n  emit(row.split(",")[0]);\n  emit(csv.text(row, 0));\n  row.toNumbr();\n}',
    [[3, 12, "a Chunk is bytes"], [4, 17, "a Chunk is bytes"], [5, 7, "nearest is 'toNumber'"]],
  ],
  [
    "members of a class that are misspelt",
    'import { emit } from "millrace";\nclass Pair { left: string = ""; join(): string { return this.left; } }\nexport function map(s: string): void {\n  emit(new Pair().lefft);\n  emit(new Pair().jion());\n}',
    [[4, 19, "type 'Pair'. (the nearest is 'left')"], [5, 19, "the nearest is 'join'"]],
  ],
  [
    "lists with holes",
    "export function map(s: string): void {\n  const a = [1, , 2];\n  const b: i32[] = [,];\n}",
    [[2, 16, "A list has no holes"], [3, 21, "A list has no holes"]],
  ],
  ["a map that returns", "export function map(a: string): string { return a; }", [
    [1, 17, "must return void"],
  ]],
  [
    "an unknown kind of records",
    'export const records = "lines";\nexport function map(a: string): void {}',
    [
      [1, 14, "records must be"],
    ],
  ],
  [
    "records without a text",
    "export const records = 3;\nexport function map(a: string): void {}",
    [
      [1, 14, '"chunk", "csv", "ndjson" or "fixed:N"'],
    ],
  ],
  [
    "records of no bytes",
    'export const records = "fixed:0";\nexport function map(a: string): void {}',
    [
      [1, 14, "records must be"],
    ],
  ],
  [
    "options that cannot be",
    `export class Options {
  a: u8 = 1;
  b: i32 = 1 + 1;
  c: i32 = 3000000000;
  d: string | null = null;
  e: bool = 1;
  f: i64 = "x";
  g: f64 = -1e400;
}
export function map(a: string): void {}`,
    [
      [2, 3, "Option a must have a type of"],
      [3, 12, "Option b must begin as a literal of type i32"],
      [4, 12, "Option c must begin as a literal"],
      [5, 3, "Option d must have a type of"],
      [6, 13, "Option e must begin as a literal"],
      [7, 12, "Option f must begin as a literal"],
      [8, 12, "Option g must begin as a literal"],
    ],
  ],
  [
    "options that extend a class",
    "class A { x: i32[] = [] }\nexport class Options extends A {}\nexport function map(s: string): void {}",
    [[2, 30, "Options must not extend another class"]],
  ],
  [
    "options that are not exported",
    "class Options { a: i32 = 1 }\nconst options = new Options();\nexport function map(s: string): void {}",
    [[2, 7, "options is not exported"]],
  ],
  [
    "imports by path",
    `import { x } from "./other";
import * as fs from "node:fs";
export { y } from "../../etc/passwd";
import { z } from "millrace/host";
import { emit } from "millrace";
export function map(a: string): void {}`,
    [
      [1, 19, 'Cannot import "./other"'],
      [2, 21, 'Cannot import "node:fs"'],
      [3, 19, 'Cannot import "../../etc/passwd"'],
      [4, 19, 'Cannot import "millrace/host"'],
    ],
  ],
  [
    "a name that the SDK has not",
    'import { emitt } from "millrace";\nexport function map(a: string): void {}',
    [[1, 10, "no exported member 'emitt'"]],
  ],
  [
    "arguments of the wrong type",
    `import { Chunk, emitBytes, runs, WORD } from "millrace";
export function map(a: Chunk): void {
  emitBytes("abc", 3);
  runs(a, "x");
  runs(3, WORD);
}`,
    [
      [3, 13, "not assignable to type 'usize'"],
      [4, 11, "'string' is not assignable to type 'ByteClass'"],
      [5, 8, "not assignable to type 'Chunk'"],
    ],
  ],
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
  [
    "classes of bytes that are none",
    `import { ByteClass, ByteClass as Set } from "millrace";
import * as mr from "millrace";
const a = ByteClass.of("z-a"), b = Set.not("ab9-0"), c = mr.ByteClass.of("äöü");
const d = ByteClass.of("-a-z-"), e = ByteClass.of("a-a"), f = ByteClass.of("");
class Other { static of(text: string): i32 { return 0; } }
const g = Other.of("z-a");
export function map(a: string): void {}`,
    [
      [3, 24, "The range z-a of a byte class has no bytes: write a-z"],
      [3, 44, "The range 9-0 of a byte class has no bytes: write 0-9"],
      [3, 74, "A byte class takes ASCII characters only: 'ä' has several bytes"],
    ],
  ],
  ["lines that end with CR LF", "// é\u{1f600}\r\n\r\nexport function map(n: i32): void {}\r\n", [
    [3, 21, "must take a string or a Chunk"],
  ]],
];

for (const [name, source, expected] of SOURCES) {
  Deno.test(`compileSource() tells ${name}, with line, column and the line's text`, async () => {
    const diagnostics = await diagnose(source);
    assertEquals(
      diagnostics.map(({ line, column }) => [line, column]),
      expected.map(([line, column]) => [line, column]),
      Deno.inspect(diagnostics),
    );
    for (const [i, [line, , message]] of expected.entries()) {
      assertStringIncludes(diagnostics[i].message, message);
      assertEquals(diagnostics[i].source, source.split(/\r?\n/)[line - 1]);
    }
  });
}

Deno.test("compileSource() tells no more than fifty errors, and cuts long lines", async () => {
  const calls = Array.from({ length: 60 }, (_, i) => `unknown${i}();${" ".repeat(600)}`);
  const diagnostics = await diagnose(
    `export function map(a: string): void { ${calls.join("\n")} }`,
  );
  assertEquals(diagnostics.length, 50);
  assertEquals(diagnostics[0].source.length, 500);
});

/** Sources where one mistake makes asc report several, and the places that are told. */
const FOLLOWED: [name: string, body: string, told: [line: number, column: number][]][] = [
  [
    "a name that there is not",
    `const parts = lines.split(" ");
for (let i = 0; i < parts.length; i++) {
  emit(parts[i]);
}
emit(lines);`,
    [[3, 15]],
  ],
  ["a misspelt member", "const n = line.lenght;\nemit(n.toString());", [[3, 16]]],
  ["syntax", 'const a = line ?? "a";\nemit(line ?? a);', [[3, 17], [4, 12]]],
  ["a map without types", "const m = new Map();\nm.set(line, 1);\nemit(1);", [[3, 18], [5, 6]]],
];

for (const [name, body, told] of FOLLOWED) {
  Deno.test(`compileSource() tells ${name}, and not what follows from it`, async () => {
    const diagnostics = await diagnose(
      `import { emit } from "millrace";\nexport function map(line: string): void {\n${body}\n}`,
    );
    assertEquals(diagnostics.map(({ line, column }) => [line, column]), told);
  });
}

Deno.test("compileSource() lets a kernel have names that the host has not", async () => {
  const source = `import { emit } from "millrace";
class Date { static now(): i32 { return 7; } }
export function map(line: string): void { emit(Date.now().toString()); }`;
  assertEquals(await diagnose(source), []);
});
