import { assertEquals, assertStringIncludes } from "@std/assert";
import { diagnose } from "../../support/compiler/diagnose.ts";

const MAP = "export function map(line: string): void { emitValue(line, 1); }";
const around = (line: string) => `import { emitValue } from "millrace";\n${line}\n${MAP}`;

/** What is beside a map function, where its mistake begins, and what is said. */
const MISTAKEN: [beside: string, column: number, told: string][] = [
  ['export const record = "csv";', 14, "no export 'record', the nearest is 'records'"],
  ['export const ops = "max";', 14, "no export 'ops', the nearest is 'op'"],
  ["export function combne(a: i64, b: i64): i64 { return a; }", 17, "the nearest is 'combine'"],
  ['export const nam = "x";', 14, "no export 'nam', the nearest is 'name'"],
  ['const name = "words-of";', 7, 'write export const name = "words-of"'],
  ["export class Option { by: i32 = 1 }", 14, "the nearest is 'Options'"],
  ["export function trim(text: string): string { return text; }", 17, "goes without export"],
  ["export function cap(text: string): string { return text; }", 17, "no export 'cap'; what only"],
  ["export function reduce(a: i64, b: i64): i64 { return a; }", 17, "export function combine(a"],
  ["export function reduce(key: string, all: i64[]): void {}", 17, "export const op, or"],
  ["export enum Kind { A }", 13, "no export 'Kind'"],
  ["export type Count = i64;", 13, "no export 'Count'"],
  ["export namespace helpers { export const n = 1; }", 18, "no export 'helpers'"],
  [
    'const records = "csv";',
    7,
    'not exported, so that it says nothing: write export const records = "csv"',
  ],
  ['const record = "csv";', 7, 'write export const records = "csv"'],
  ['let op = "max";', 5, 'write export const op = "max"'],
  ['const value = "f64";', 7, 'write export const value = "f64"'],
  [
    "function combne(a: i64, b: i64): i64 { return combne(b, a); }",
    1,
    "write export function combine",
  ],
  ["function finish(a: i64): i64 { return a; }", 1, "write export function finish"],
  ["class options { by: i32 = 1 }", 1, "write export class Options"],
  [
    "class Options { by: i32 = 1 } const opts = new Options(), by = opts.by;",
    44,
    "No job sets these options",
  ],
  [
    "class Options { by: i32 = 1 } const options = new Options(), by = options.by;",
    37,
    "options is not exported",
  ],
  [
    "class Options { by: i32 = 1 } function f(): i32 { return new Options().by; }",
    58,
    "No job sets these options",
  ],
  [
    "class Settings { by: i32 = 1 } export const options = new Settings();",
    45,
    "options needs a class Options",
  ],
  ["export class Options { readonly by: i32 = 1 }", 24, "without readonly or private"],
  ["export class Options { private by: i32 = 1 }", 24, "without readonly or private"],
  [
    "export function records(): string { return 'csv'; }",
    17,
    'records must be a constant: export const records = "line"',
  ],
  ["function sum(): void {} export { sum };", 25, "Write export before what is declared"],
  ["export default function other(): void {}", 1, "Write export before what is declared"],
  ['export { emit } from "millrace";', 22, "Write export before what is declared"],
];

for (const [beside, column, told] of MISTAKEN) {
  Deno.test(`who writes ${beside} is told that it is nothing of the contract`, async () => {
    const diagnostics = await diagnose(around(beside));
    assertEquals(diagnostics.map((each) => [each.line, each.column, each.source]), [
      [2, column, beside],
    ]);
    assertStringIncludes(diagnostics[0].message, told);
  });
}

Deno.test("a map that is misspelt is told by its name", async () => {
  const misspelt = MAP.replace("map", "mapp");
  const tried = { [misspelt]: "the nearest is 'map'", [misspelt.slice(7)]: "mapp is not exported" };
  for (const [source, told] of Object.entries(tried)) {
    const diagnostics = await diagnose(`import { emitValue } from "millrace"; ${source}`);
    assertStringIncludes(diagnostics.map(({ message }) => message).join("\n"), told);
    assertEquals(diagnostics.length, 1);
  }
});

/** What a kernel may have for itself. */
const OWN = [
  "const value = 3; let op = 0; function count(): void { op += value; }",
  'const records = "csv", length = records.length;',
  "function combined(a: i64): i64 { return a; } const c = combined(1);",
  "function cap(text: string): string { return text; }",
  "function man(): void {}",
  "function combined(a: i64): i64 { return a; }",
  'export const op = "max"; function combined(a: i64, b: i64): i64 { return a + b; }',
  "export function combine(a: i64, b: i64): i64 { return a + b; } function combined(a: i64, b: i64): i64 { return a; }",
  'export const records = "csv"; const record = "line";',
  "namespace own { export const records = 1; }",
  'export const name = "words-of_2.b";',
  'const name = "a", names = [name, name], length = names.length;',
  "class Options { by: i32 = 1 }",
  "export class Options { by: i32 = 1 } export const options = new Options();",
];

for (const beside of OWN) {
  Deno.test(`a kernel may have ${beside}`, async () => {
    assertEquals(await diagnose(around(beside)), []);
  });
}
