import { NAME_HINTS } from "./name_hints.ts";
import { type Hint, SYNTAX_HINTS } from "./syntax_hints.ts";

const NO_REGEX =
  "AssemblyScript has no regular expressions: use indexOf, split and charCodeAt, or runs of a ByteClass";
const NO_ANY =
  "AssemblyScript gives every value one type that is known when it compiles, such as i32, f64, bool or string";
const NO_OBJECTS = "AssemblyScript has no objects without a class: write a class with these fields";
const NO_CATCH =
  "AssemblyScript has no try and catch: test beforehand, or end the job with fail(message)";
const NO_SPREAD = "AssemblyScript has no spread: use concat, or a loop";
const NOT_ASYNC = "A kernel has nothing to wait for: leave async, await and Promise out";
const TO_NUMBER = "write parseFloat(text), or I32.parseInt(text) for a whole number";
const TO_TEXT = "write value.toString(), or `${value}`";
const OUTSIDE = "write it outside of the function";
const FUNCTION_TYPES = "AssemblyScript wants the types of a function: write (x: i32): i32 => x";

/** The first that fits counts. */
const HINTS: readonly Hint[] = [
  // What is not there.
  {
    message: /^Not implemented: Closures/,
    hint:
      "AssemblyScript has no closures: a function sees its own variables and globals, so use a loop or a global",
  },
  { message: /^Not implemented: Regular expressions/, hint: NO_REGEX },
  {
    message: /^Property '(match|matchAll|search)' does not exist on type 'string'/,
    hint: NO_REGEX,
  },
  { message: /^Property '\w+' does not exist on type 'RegExp'/, hint: NO_REGEX },
  {
    message: /^Not implemented: Iterators/,
    hint: "AssemblyScript has no for…of: write for (let i = 0; i < list.length; i++)",
  },
  {
    message: /^'const' declarations must be initialized|^';' expected/,
    after: /^\w+ in /,
    hint: "AssemblyScript has no for…in: a Map has keys()",
  },
  { message: /^Not implemented: Exceptions/, hint: NO_CATCH },
  { message: /^'\(' expected/, after: /^catch\b/, hint: NO_CATCH },
  { message: /^Not implemented: Spread operator/, hint: NO_SPREAD },
  { message: /^Expression expected/, after: /^(async|await)\b/, hint: NOT_ASYNC },
  { message: /^'\{' expected/, after: /^(export )?async\b/, hint: NOT_ASYNC },
  { message: /^Cannot find name 'Promise'/, hint: NOT_ASYNC },
  {
    message: /^Identifier expected/,
    after: /^(const|let|var) *\{.*\brequire *\(/,
    hint: 'write import { emit } from "millrace"',
  },
  {
    message: /^Identifier expected/,
    after: /^(const|let|var) *[[{]/,
    hint: "AssemblyScript has no destructuring: take one member after the other",
  },
  {
    message: /^(Identifier|'\(') expected/,
    before: /function *$/,
    hint: "AssemblyScript has no generators",
  },
  { message: /^Identifier expected/, after: /^\{ *\.\.\./, hint: NO_OBJECTS },
  {
    message: /^Expression expected/,
    before: /\?$/,
    after: /^\./,
    hint: "AssemblyScript has no optional chaining: compare with null",
  },
  {
    message: /^Expression expected/,
    before: /\?$/,
    after: /^\?/,
    hint:
      "AssemblyScript has no ??: write x != null ? x : other, and map.has(key) before map.get(key)",
  },
  {
    message: /^Expression expected/,
    before: /(\|\||&&)$/,
    after: /^=/,
    hint: "AssemblyScript has no ||= and &&=: write if",
  },
  {
    message: /^Expression expected/,
    before: /^\s*\w+$/,
    after: /^:/,
    hint: "AssemblyScript has no labels: put the loops into a function, and return",
  },
  { message: /^Expression expected/, after: /^(enum|interface|type)\b/, hint: OUTSIDE },
  { message: /^Not implemented: Block-scoped class/, hint: OUTSIDE },
  { message: /^Invalid character/, after: /^#\w/, hint: "write private in place of #" },
  {
    message: /^An identifier or keyword cannot immediately follow a numeric literal/,
    after: /^n\b/,
    hint: "whole numbers of 64 bits are i64, without n",
  },
  // Names.
  {
    message:
      /^Cannot find name '(emit(?:Key|Runs|Value|Pair|Bytes|BytesValue|BytesPair)?|runs|Runs|WORD|ByteClass|Chunk|csv|json|Key|fail)'/,
    hint: 'write import { $1 } from "millrace"',
  },
  { message: /^Cannot find name '(any|unknown|object|never|undefined)'/, hint: NO_ANY },
  { message: /^Cannot find name 'Record'/, hint: "Use Map<string, i32>" },
  {
    message: /^Cannot find name 'JSON'/,
    hint:
      'write import { json } from "millrace" and map(line: Chunk): json.find(line, name) finds a member of an object',
  },
  {
    message: /^Cannot find name '(int|float|double|long|byte|char|bigint|BigInt)'/,
    hint: "numbers are i32, i64 or f64, which is TypeScript's number; I64.parseInt(text) reads one",
  },
  {
    message:
      /^Cannot find name '(fetch|setTimeout|setInterval|queueMicrotask|require|globalThis|window|self|Deno|Buffer|TextDecoder|TextEncoder|URL)'/,
    hint: "a kernel sees its records only",
  },
  ...NAME_HINTS,
  // Types.
  {
    message: /^Type 'string' is not assignable to type 'i32'/,
    before: /\benum\b[^}]*= *$/,
    hint: 'the values of an enum are whole numbers: write const A = "a"',
  },
  {
    message: /^Not implemented: union types/,
    hint: `${NO_ANY}; only a class may be joined with null`,
  },
  {
    message: /^Type '(.*) \| null' is not assignable to type '\1'/,
    hint: "compare with null first: if (value != null) …",
  },
  { message: /^Type '<object>' is not assignable/, hint: NO_OBJECTS },
  { message: /^Not implemented: Interface hidden classes/, hint: NO_OBJECTS },
  { message: /^Type '[iuf]\d\d' is not assignable to type 'string'/, hint: TO_TEXT },
  { message: /^Operator '\+' cannot be applied to types '[iuf]\d\d' and 'string'/, hint: TO_TEXT },
  {
    message: /^Type '[iu]\d\d' is not assignable to type 'string \| null'/,
    hint: "a number equals no text: compare charCodeAt(0) with a number, charAt(0) with a text",
  },
  { message: /^Type 'string' is not assignable to type '[iuf]\d\d'/, hint: TO_NUMBER },
  { message: /^Operator '[-*\/%]' cannot be applied to types '.*\bstring\b/, hint: TO_NUMBER },
  {
    message: /^(The '[-+~]' operator|Operation 'isNaN') cannot be applied to type 'string'/,
    hint: TO_NUMBER,
  },
  {
    message: /^Operator '(&&|\|\|)' cannot be applied to types/,
    hint: "both sides must have one type: write if, or a ? b : c",
  },
  {
    message: /^An expression of type 'void' cannot be tested/,
    hint: "write if (condition) …",
  },
  {
    message: /^Type 'string' is not assignable to type 'Chunk'/,
    hint: "write map(line: Chunk), which gets bytes in place of a string",
  },
  {
    message: /^Type '\(.*\) => .*' is not assignable to type '\(/,
    hint: "write a function around it: (word) => { emit(word); }",
  },
  // Calls.
  {
    message: /^(Expression does not compile to a value|Cannot invoke an expression .* 'F64')/,
    after: /^Number\b/,
    hint: TO_NUMBER,
  },
  {
    message: /^Expression does not compile to a value at runtime/,
    after: /^String\b/,
    hint: TO_TEXT,
  },
  {
    message: /^Expected 0 arguments/,
    after: /^new (Map|Set)\b/,
    hint: "make it empty, then write set.add(value) or map.set(key, value) in a loop",
  },
  {
    message: /^Expected 2 arguments/,
    after: /^Math\.(max|min)\b/,
    hint: "it takes two numbers: write a loop",
  },
  {
    message: /^Property 'forEach' does not exist on type '(Map|Set)<|^Cannot invoke an expression/,
    after: /^(forEach\b|\w+\.entries\b)/,
    hint: "its keys() and values() are arrays: write a loop over them",
  },
  {
    message: /^Property '\w+' does not exist on type 'Object'/,
    hint: "a Map has keys() and values()",
  },
  {
    message: /^Property 'from' does not exist on type 'Array'/,
    hint: 'write a loop, or text.split("")',
  },
  {
    message: /^Property 'find' does not exist on type 'Array/,
    hint: "write findIndex, which is -1 where there is none",
  },
  {
    message: /^Property 'toFixed' does not exist/,
    hint: "write (Math.round(x * 100) / 100).toString()",
  },
  {
    message: /^Type argument expected/,
    before: /\bnew \w+$/,
    hint:
      "AssemblyScript wants the types of what it holds: write new Set<string>(), new Map<string, i32>()",
  },
  {
    message: /^Type argument expected/,
    hint: "AssemblyScript wants the type of the results: write list.map<string>(…)",
  },
  {
    message: /^Conversion from type 'f64' to '[iu]\d\d' requires an explicit cast/,
    after: /^(Number\.)?parseInt\b/,
    hint: "parseInt gives f64, as in TypeScript: write I32.parseInt(text)",
  },
  {
    message: /^Conversion from type '\w+' to 'bool' requires an explicit cast/,
    hint: "write value != 0",
  },
  {
    message: /^Conversion from type 'f64' to '[iu]\d\d' requires an explicit cast/,
    hint: "write let sum: f64 = 0 for a variable that may have a fraction; <i32>value cuts it off",
  },
  {
    message: /^Conversion from type '([iu]64)' to '[iu]\d\d' requires an explicit cast/,
    hint: "write let sum: $1 = 0 for a variable of 64 bits; <i32>value keeps the last 32",
  },
  {
    message: /^Conversion from type '\w+' to '\w+' requires an explicit cast/,
    hint: "write <i32>value for a whole number, <f64>value for another",
  },
  // Declarations.
  {
    message: /^Type expected/,
    before: /\bmap\(\w+\)?$/,
    after: /^\)? *[:{]/,
    hint: "AssemblyScript wants types: write export function map(line: string): void {",
  },
  { message: /^Type expected/, before: /[:=|] *$/, after: /^\{/, hint: NO_OBJECTS },
  { message: /^Type expected/, before: /(\)|\w)$/, after: /^ *=>/, hint: FUNCTION_TYPES },
  {
    message: /^Type expected/,
    before: /\(\w+$/,
    after: /^(, *\w+)*\) *[=:{]/,
    hint: FUNCTION_TYPES,
  },
  {
    message: /^Type expected/,
    before: /[(,] *\w+$/,
    after: /^ *=(?!>)/,
    hint: "AssemblyScript wants the type of a parameter: write a: i32 = 1",
  },
  {
    message: /^Type expected/,
    before: /\)? *$/,
    after: /^\)? *\{/,
    hint: "AssemblyScript wants the type that a function returns: write ): void {",
  },
  {
    message: /^Type expected/,
    after: /^;/,
    hint: "AssemblyScript wants a type or a value for a variable: write let x: i32 = 0",
  },
  {
    message: /^Type expected/,
    after: /^\[/,
    hint: "AssemblyScript has no tuples: write a class with these fields",
  },
  // What the parser does not find.
  ...SYNTAX_HINTS,
];

/**
 * What to add to a message of the compiler, if anything.
 *
 * @param before The line up to where the message points.
 * @param after The line from there.
 */
export function hintFor(message: string, before: string, after: string): string | undefined {
  const found = HINTS.find((each) =>
    each.message.test(message) &&
    (each.before?.test(before) ?? true) &&
    (each.after?.test(after) ?? true)
  );
  return found?.hint.replace("$1", found.message.exec(message)![1]);
}
