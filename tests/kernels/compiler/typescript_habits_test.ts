import { assertEquals, assertStringIncludes } from "@std/assert";
import { diagnose } from "../../support/compiler/diagnose.ts";

/** A map function whose body is one line, the third of the source. */
const around = (line: string) =>
  `import { emit } from "millrace";
export function map(line: string): void {
  ${line}
}`;

/** What people try who know TypeScript: one line of a map function, and what they are told. */
const TRIED: [name: string, line: string, told: string][] = [
  ["a closure", "let n = 0; const f = (): void => { n++; }; f();", "no closures"],
  [
    "forEach over a variable",
    "let p = line.trim(); line.split('').forEach((w) => { emit(p); });",
    "no closures",
  ],
  ["a regular expression", "if (/a+/.test(line)) emit(line);", "no regular expressions"],
  ["split by a regular expression", "const a = line.split(/ +/);", "no regular expressions"],
  ["new RegExp", 'const r = new RegExp("a+");', "no regular expressions"],
  ["match", 'const r = line.match("a");', "no regular expressions"],
  ["for…of over a string", "for (const c of line) emit(c);", "no for…of"],
  ["for…of over an array", 'for (const w of line.split(" ")) emit(w);', "no for…of"],
  ["for…in", "for (const k in line) emit(k);", "no for…in"],
  ["any", "const x: any = line;", "one type that is known when it compiles"],
  ["unknown", "const x: unknown = line;", "one type that is known when it compiles"],
  ["a union", "let x: string | i32 = line;", "only a class may be joined with null"],
  ["undefined", "let x: string | undefined = line;", "only a class may be joined with null"],
  ["try and catch", 'try { emit(line); } catch (e) { emit("x"); }', "no try and catch"],
  ["destructuring a list", 'const [a, b] = line.split(" ");', "no destructuring"],
  ["destructuring an object", "const { length } = line;", "no destructuring"],
  ["spread", 'const a = [...line.split(" ")];', "concat"],
  ["an object", 'const o = { a: 1, b: "x" };', "write a class"],
  ["a tuple", "const t: [string, i32] = [line, 1];", "no tuples"],
  ["JSON", "const o = JSON.parse(line);", "json.find"],
  ["optional chaining", "emit(line?.trim());", "no optional chaining"],
  ["a variable without a type", "let x;", "a type or a value"],
  ["Record", "const r: Record<string, i32> = new Map();", "Map<string, i32>"],
  ["map without a type", "const a = line.split(' ').map(p => p.trim());", "list.map<string>"],
  ["a number for a text", "emit(line.length);", "Type 'i32' is not assignable to type 'string'."],
  ["a fraction for a whole number", "const n: i32 = parseFloat(line);", "<i32>value"],
  ["what is not there", "line.unknown();", "Property 'unknown' does not exist on type 'string'."],
  ["console", "console.log(line);", "Cannot use console: a kernel has no console"],
  ["the time", "emit(Date.now().toString());", "Cannot use Date: a kernel has no clock"],
  ["chance", "emit(Math.random().toString());", "Cannot use Math.random"],
  ["a bracket too few", "emit(line", "')' expected."],
];

for (const [name, line, told] of TRIED) {
  Deno.test(`who tries ${name} is told at the line`, async () => {
    const source = around(line);
    const diagnostics = await diagnose(source);
    const found = diagnostics.find(({ message }) => message.includes(told));
    assertStringIncludes(diagnostics.map(({ message }) => message).join("\n"), told);
    assertEquals([found!.line, found!.source], [3, `  ${line}`]);
    assertEquals(found!.column >= 3 && found!.column <= line.length + 3, true);
  });
}
