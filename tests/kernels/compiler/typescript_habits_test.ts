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
  ["satisfies", "emit(line satisfies string);", "no satisfies"],
  ["a ( that is not closed", "emit(line.trim();", "a ( before this is not closed"],
  ["a comma that is missing", 'emit((line + "a" "b"));', "a comma or an operator is missing"],
  ["a typed parameter", "line.split(' ').forEach(w: string => emit(w));", "(word: string) =>"],
  ["if without brackets", "if line.length > 3 { emit(line); }", "stands in brackets"],
  ["a case without a colon", "switch (line.length) { case 1 emit(line); }", "ends with a colon"],
  ["half a condition", "emit(line.length > 1 ? line);", "? one : other"],
  ["commas in for", "for (let i = 0, i < 3, i++) emit(line);", "semicolons divide"],
  ["a template that is open", "emit(`a${line`);", "${ on this line is not closed"],
  ["a quote that is open", 'emit("a);', "a quote is not closed"],
  ["a value that is missing", "emit(line + );", "a value is missing"],
  ["two parameters without types", "const f = (a, b) => a + b;", "types of a function"],
  ["Python", "def map(line):", "this is Python"],
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
  ["a text as a number", "const n: i32 = line;", "I32.parseInt(text)"],
  ["Number()", 'const n = Number("1");', "I32.parseInt(text)"],
  ["Number().toString()", "emit(Number(line).toString());", "I32.parseInt(text)"],
  ["a product of Number()", "emit((Number(line) * 2).toString());", "parseFloat(text)"],
  ["a plus before a text", "const n = +line;", "parseFloat(text)"],
  ["a text times a number", "const n = line * 2;", "parseFloat(text)"],
  ["isNaN of a text", "if (isNaN(line)) return;", "parseFloat(text)"],
  ["parseInt", "const n: i32 = parseInt(line);", "parseInt gives f64"],
  ["a list of parseInt", "const n = line.split(',').map<i32>((p) => parseInt(p));", "I32.parseInt"],
  ["String()", "emit(String(3));", "value.toString()"],
  ["a text plus a number", 'emit("a" + 3);', "value.toString()"],
  ["a number plus a text", 'emit(line.length + "a");', "value.toString()"],
  ["toFixed", "emit(parseFloat(line).toFixed(2));", "Math.round(x * 100)"],
  ["a letter as a number", "if (line[0] === 97) emit(line);", "charCodeAt(0)"],
  ["await", "await line;", "nothing to wait for"],
  ["async", "const f = async () => {};", "nothing to wait for"],
  ["a promise", "Promise.resolve(1);", "nothing to wait for"],
  ["??", 'emit(line ?? "a");', "AssemblyScript has no ??"],
  ["??=", 'line ??= "a";', "AssemblyScript has no ??"],
  ["||=", 'line ||= "a";', "AssemblyScript has no ||="],
  ["catch without a variable", "try { emit(line); } catch { return; }", "no try and catch"],
  ["spread in a call", "emit(...line);", "no spread"],
  ["spread of an object", "const o = { ...line };", "write a class"],
  ["a Set without a type", "const s = new Set();", "new Set<string>()"],
  ["a Map without a type", "const m = new Map();", "new Map<string, i32>()"],
  ["a Set of a list", 'const s = new Set<string>(line.split(" "));', "make it empty"],
  ["forEach of a Set", "new Set<string>().forEach((w) => { emit(w); });", "keys() and values()"],
  ["entries", "const m = new Map<string, i32>(); const e = m.entries();", "keys() and values()"],
  ["Object.keys", "const k = Object.keys(line);", "keys() and values()"],
  ["Array.from", "const a = Array.from(line);", "write a loop"],
  ["find", "const a = line.split(' ').find((w) => w == 'a');", "findIndex"],
  ["a function by its name", "line.split(' ').forEach(emit);", "(word) => { emit(word); }"],
  ["Math.max of a list", "const n = Math.max(...[1, 2]);", "write a loop"],
  ["a void in a condition", "line.length > 3 && emit(line);", "write if (condition)"],
  ["sides of two types", "const a = line && line.length;", "both sides must have one type"],
  ["a number as a bool", "const b: bool = line.length;", "value != 0"],
  ["null as a text", "let s: string | null = null; emit(s);", "if (value != null)"],
  ["a bigint", "const n: i64 = 1n;", "without n"],
  ["int", "const n: int = 1;", "i32, i64 or f64"],
  ["a function without types", "const f = (x: i32) => x + 1;", "(x: i32): i32 => x"],
  ["a function of one name", "const f = x => x;", "(x: i32): i32 => x"],
  ["a default without a type", "function f(a = 1): void {}", "a: i32 = 1"],
  ["a type of an object", "const o: { a: i32 } = line;", "write a class"],
  ["a class in a function", "class Pair { a: i32 = 0 }", "outside of the function"],
  ["an interface in a function", "interface Pair { a: i32 }", "outside of the function"],
  ["a label", "outer: for (;;) { break outer; }", "no labels"],
  ["a generator", "const g = function* () {};", "no generators"],
  ["fetch", 'fetch("http://localhost");', "sees its records only"],
  ["what is not imported", "emitValue(line, 1);", 'import { emitValue } from "millrace"'],
  ["json without its import", 'json.find(line, "a");', 'import { json } from "millrace"'],
  ["a sum of fractions", "let sum = 0; sum += parseFloat(line);", "write let sum: f64 = 0"],
  ["a sum of 64 bits", "let sum = 0; sum += I64.parseInt(line);", "write let sum: i64 = 0"],
  ["emitt", "emitt(line);", "the nearest is 'emit'"],
  ["pasreFloat", "const x = pasreFloat(line);", "the nearest is 'parseFloat'"],
  ["a parameter that is misspelt", "emit(lin);", "the nearest is 'line'"],
  ["a variable that is misspelt", 'const helper = "a"; emit(helpr);', "the nearest is 'helper'"],
  ["toLowercase", "emit(line.toLowercase());", "the nearest is 'toLowerCase'"],
  ["subString", "emit(line.subString(1));", "the nearest is 'substring'"],
  ["lenght", 'emit(line.split(",").lenght.toString());', "the nearest is 'length'"],
  ["filer", 'const l = line.split(",").filer((x) => true);', "the nearest is 'filter'"],
  ["Math.flor", "const n = Math.flor(1.5);", "the nearest is 'floor'"],
  ["smart quotes", "emit(“a”);", "quotes are straight"],
  ["elif", "if (line == '') { return; } elif (line) { emit(line); }", "write else if"],
  ["delete", "const m = new Map<string, i32>(); delete m['a'];", "have delete(key)"],
  ["in", "if (line in line.split(',')) emit(line);", "list.includes(value)"],
  ["toLocaleLowerCase", "emit(line.toLocaleLowerCase());", "write toLowerCase()"],
  ["toLocaleString", "emit(line.length.toLocaleString());", "write value.toString()"],
  ["normalize", "emit(line.normalize());", "normalization=nfc"],
  ["contains", "if (line.contains('a')) emit(line);", "write includes"],
  ["append", "const list = [line]; list.append(line);", "write push"],
  ["len", "const n = len(line);", "write text.length"],
  ["print", "print(line);", "write emit(text)"],
  ["require", "const { emitKey } = require('millrace');", 'write import { emit } from "millrace"'],
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

/** What the hints say to do instead: each compiles, alone in a map function. */
const INSTEAD = [
  "const n = parseFloat(line); if (!isNaN(n)) emit(n.toString());",
  "const n = I32.parseInt(line); emit(line.split(' ')[n]);",
  "const n = I64.parseInt(line); emit(n.toString());",
  "const n = line.length; emit(`${n} letters`);",
  "const x = parseFloat(line); emit((Math.round(x * 100) / 100).toString());",
  "if (line.charCodeAt(0) == 97 || line.charAt(0) == 'a') emit(line);",
  "const seen = new Set<string>(); seen.add(line); const all = seen.values(); emit(all[0]);",
  "const m = new Map<string, i32>(); m.set(line, m.has(line) ? m.get(line) + 1 : 1); emit(m.keys()[0]);",
  "const at = line.split(' ').findIndex((w) => w == 'a'); if (at >= 0) emit(line);",
  "line.split(' ').forEach((word) => { emit(word); });",
  "const lengths = line.split(' ').map<i32>((word) => word.length); emit(lengths[0].toString());",
  "let s: string | null = line.length > 3 ? line : null; if (s != null) emit(s);",
  "const f = (x: i32): i32 => x + 1; emit(f(1).toString());",
  "const f = (a: i32 = 1): i32 => a; emit(f().toString());",
  "const isLong: bool = line.length != 0; if (isLong) emit(line);",
  "const list = line.split(' '); for (let i = 0; i < list.length; i++) emit(list[i]);",
  "const n: i64 = 1; const x = <f64>n; emit((<i32>x).toString());",
  "if (line === 'a' || line !== 'b') emit(line);",
  "const all = line.split(' ').concat(line.split(',')); emit(all.join(''));",
  "if (line.length == 0) throw new Error('empty');",
  "let sum: f64 = 0; sum += parseFloat(line); emit((<i32>sum).toString());",
  "let sum: i64 = 0; sum += I64.parseInt(line); emit((<i32>sum).toString());",
  "const m = new Map<string, i32>(); if (m.has(line)) m.delete(line); if (line.split('').includes('a')) emit(line);",
];

for (const line of INSTEAD) {
  Deno.test(`what hints advise compiles: ${line}`, async () => {
    assertEquals(await diagnose(around(line)), []);
  });
}
