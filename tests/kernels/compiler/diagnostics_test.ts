import { assertEquals } from "@std/assert";
import { diagnose } from "../../support/compiler/diagnose.ts";
import { testSources, type ToldSource } from "../../support/compiler/told_sources.ts";

const SOURCES: ToldSource[] = [
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

testSources(SOURCES);

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
