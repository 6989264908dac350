import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Diagnostic } from "../../../src/kernels/compiler/diagnostics.ts";
import { type Survey, surveySource } from "../../../src/kernels/compiler/survey.ts";

function survey(source: string): Survey {
  const found = surveySource(source);
  if (Array.isArray(found)) throw new Error(Deno.inspect(found));
  return found;
}

const MAP = "export function map(s: string): void {}";

/** Declarations beside a map function: those that cannot keep an object, and those that may. */
const KEEPS_NOTHING = [
  "",
  "let n: i32 = 0;",
  "let n = 0, m = -1.5, b = true, c = !false;",
  "const TABLE = memory.data(256);",
  'const TEXT = "constant";',
  'import { ByteClass } from "millrace"; const SET = ByteClass.of("a-z");',
  'export class Options { a: string = "x" } export const options = new Options();',
  'export class Options { a: string = "x" }',
  "class Point { x: i32 = 0; next: Point | null = null; static made: i32 = 0 }",
  "function f(): string { let local = new Map<string, i32>(); return ''; }",
  "enum Kind { A, B }",
  "namespace N { export let n: i32 = 0; }",
];
const MAY_KEEP = [
  'let text = "";',
  'let text: string = "";',
  "let text: string | null = null;",
  "const seen = new Map<string, i32>();",
  "const list = [1, 2];",
  "let list: i32[] = [];",
  "const list = new StaticArray<i32>(3);",
  "let f: (x: i32) => i32 = (x: i32): i32 => x;",
  "function make(): string { return ''; } const made = make();",
  "type Count = i32; let n: Count = 0;",
  "class Cache { static last: string = '' }",
  "class Cache { static last: Cache | null }",
  "namespace N { export let text: string = ''; }",
  "namespace N { export namespace M { export const list: i32[] = []; } }",
  'import { ByteClass } from "millrace"; let set = ByteClass.of("a-z");',
  "function f(): void { Symbol.for('x'); }",
  'export class Options { a: string = "x" } function f(): void { options.a = "y"; }',
  'export class Options { a: string = "x" } function f(): void { const o = options; o.a += "y"; }',
  'export class Options { a: string = "x"; set(): void { this.a = "y"; } }',
];

Deno.test("surveySource() knows which globals cannot keep an object, and doubts the others", () => {
  for (const source of KEEPS_NOTHING) {
    assertEquals(survey(`${source}\n${MAP}`).keepsObjects, false, source);
  }
  for (const source of MAY_KEEP) {
    assertEquals(survey(`${source}\n${MAP}`).keepsObjects, true, source);
  }
});

Deno.test("surveySource() knows the level by what map takes, and copies by what is imported", () => {
  const bytes = "export function map(s: Chunk): void {}";
  const cases: [string, Survey["level"], boolean][] = [
    [MAP, "string", true],
    [`import { Chunk, emitBytes } from "millrace"; ${bytes}`, "bytes", false],
    [`import { Chunk, emitRuns, WORD } from "millrace"; ${bytes}`, "bytes", false],
    [`import { Chunk, emitBytes, emit } from "millrace"; ${bytes}`, "bytes", true],
    [`import { Chunk, emitKey as put } from "millrace"; ${bytes}`, "bytes", true],
    [`import { Chunk, Key } from "millrace"; ${bytes}`, "bytes", true],
    [`import * as millrace from "millrace"; ${bytes}`, "bytes", true],
    // A field with doubled quotes is no slice.
    [`import { Chunk, csv, emitBytes } from "millrace"; ${bytes}`, "bytes", true],
  ];
  for (const [source, level, emitsCopies] of cases) {
    const found = survey(source);
    assertEquals([found.level, found.emitsCopies], [level, emitsCopies], source);
  }
});

Deno.test("surveySource() reads what records are; a variable of the kernel's own says nothing", () => {
  const cases = {
    [MAP]: "line",
    [`const records = "word", length = records.length; ${MAP}`]: "line",
    [`export const records = "paragraph"; ${MAP}`]: "paragraph",
    [`export const records = "csv"; ${MAP}`]: "csv",
    [`export const records = "ndjson"; ${MAP}`]: "ndjson",
    [`export const records: string = "fixed:9999999"; ${MAP}`]: "fixed:9999999",
  };
  for (const [source, records] of Object.entries(cases)) {
    assertEquals(survey(source).records, records, source);
  }
});

Deno.test("surveySource() reads what a kernel is called", () => {
  assertEquals(survey(`export const name = "log-status"; ${MAP}`).name, "log-status");
  assertEquals(survey(`const name = "a", length = name.length; ${MAP}`).name, undefined);
  for (const name of ['""', '"1st"', '"two words"', `"${"x".repeat(65)}"`, "3"]) {
    const [{ message }] = surveySource(`export const name = ${name}; ${MAP}`) as Diagnostic[];
    assertStringIncludes(message, "name must be a text of 1 to 64 letters");
  }
});

Deno.test("surveySource() knows values by what is used, not by what is imported", () => {
  const map = (body: string) => `export function map(s: string): void { ${body} }`;
  const cases: [string, Survey["values"]][] = [
    [`import { emit, emitValue } from "millrace"; ${map("emit(s);")}`, undefined],
    [`import { emit, emitValue } from "millrace"; ${map("emitValue(s, 1);")}`, {
      value: "i64",
      op: "sum",
    }],
    [
      `import { Key, emitBytesValue } from "millrace"; export const op = "min"; ${
        map("emitBytesValue(0, 0, 1); s.emitter();")
      }`,
      { value: "i64", op: "min" },
    ],
    [`class Sink { emitValue(): void {} } ${map("new Sink().emitValue();")}`, undefined],
    [
      `import { emitValue } from "millrace"; ${map("let f = { emit: 1 }; f.emitValue();")}`,
      undefined,
    ],
  ];
  for (const [source, values] of cases) assertEquals(survey(source).values, values, source);
});

Deno.test("surveySource() knows pairs by what is used, and functions that combine", () => {
  const map = (body: string) => `export function map(s: string): void { ${body} }`;
  const combine = "export function combine(a: i64, b: i64): i64 { return a; }";
  const finish = "export function finish(a: i64): i64 { return a; }";
  const cases: [string, Partial<Survey>][] = [
    [`import { emitPair } from "millrace"; ${map('emitPair(s, "");')}`, {
      pairs: { op: "distinct" },
    }],
    [
      `import { emitBytesPair as put } from "millrace"; export const op = "approxDistinct"; ${
        map("put(0, 0, 0, 0);")
      }`,
      { pairs: { op: "approxDistinct" } },
    ],
    [`import { emit, emitPair } from "millrace"; ${map("emit(s);")}`, {}],
    [`import { emitValue } from "millrace"; ${map("emitValue(s, 1);")} ${combine}`, {
      values: { value: "i64", op: "combine" },
      combine: { finishes: false },
    }],
    [`import { emitValue } from "millrace"; ${map("emitValue(s, 1);")} ${combine} ${finish}`, {
      values: { value: "i64", op: "combine" },
      combine: { finishes: true },
    }],
    // Functions of a kernel that exports neither are its own.
    [`function combine(): void {} function finish(): void {} ${map("combine(); finish();")}`, {}],
  ];
  for (const [source, expected] of cases) {
    const { pairs, values, combine } = survey(source);
    const found = { pairs, values, combine };
    assertEquals(found, { pairs: undefined, values: undefined, combine: undefined, ...expected });
  }
});
