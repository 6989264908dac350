/** A remark on a message of the compiler: what someone who knows TypeScript did not expect. */
interface Hint {
  message: RegExp;
  /** What stands on the line from where the message points. */
  after?: RegExp;
  /** What stands on the line before it. */
  before?: RegExp;
  hint: string;
}

const NO_REGEX =
  "AssemblyScript has no regular expressions: use indexOf, split and charCodeAt, or runs of a ByteClass";
const NO_ANY =
  "AssemblyScript gives every value one type that is known when it compiles, such as i32, f64, bool or string";
const NO_OBJECTS = "AssemblyScript has no objects without a class: write a class with these fields";

const HINTS: readonly Hint[] = [
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
  {
    message: /^Not implemented: Iterators/,
    hint: "AssemblyScript has no for…of: write for (let i = 0; i < list.length; i++)",
  },
  {
    message: /^'const' declarations must be initialized|^';' expected/,
    after: /^\w+ in /,
    hint: "AssemblyScript has no for…in: a Map has keys()",
  },
  { message: /^Cannot find name '(any|unknown|object|never|undefined)'/, hint: NO_ANY },
  {
    message: /^Not implemented: union types/,
    hint: `${NO_ANY}; only a class may be joined with null`,
  },
  {
    message: /^Not implemented: Exceptions/,
    hint: "AssemblyScript has no try and catch: test beforehand, or end the job with fail(message)",
  },
  { message: /^Not implemented: Spread operator/, hint: "Use concat, or a loop" },
  { message: /^Expression expected/, after: /^async\b/, hint: "A kernel has nothing to wait for" },
  {
    message: /^Identifier expected/,
    after: /^(const|let|var) *[[{]/,
    hint: "AssemblyScript has no destructuring: take one member after the other",
  },
  {
    message: /^Identifier expected/,
    before: /function *$/,
    hint: "AssemblyScript has no generators",
  },
  { message: /^Type '<object>' is not assignable/, hint: NO_OBJECTS },
  { message: /^Not implemented: Interface hidden classes/, hint: NO_OBJECTS },
  { message: /^Cannot find name 'Record'/, hint: "Use Map<string, i32>" },
  {
    message: /^Cannot find name 'JSON'/,
    hint: 'import json from "millrace": json.find(line, name) finds a member of an object',
  },
  {
    message: /^Expression expected/,
    before: /\?$/,
    after: /^\./,
    hint: "AssemblyScript has no optional chaining: compare with null",
  },
  {
    message: /^Type expected/,
    before: /\)? *$/,
    after: /^\)? *\{$/,
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
  { message: /^Type expected/, before: /[:=|] *$/, after: /^\{/, hint: NO_OBJECTS },
  {
    message: /^Type argument expected/,
    hint: "AssemblyScript wants the type of the results: write list.map<string>(…)",
  },
  {
    message: /^Conversion from type '\w+' to '\w+' requires an explicit cast/,
    hint: "write <i32>value for a whole number, <f64>value for another",
  },
];

/**
 * What to add to a message of the compiler, if anything.
 *
 * @param before The line up to where the message points.
 * @param after The line from there.
 */
export function hintFor(message: string, before: string, after: string): string | undefined {
  return HINTS.find((each) =>
    each.message.test(message) &&
    (each.before?.test(before) ?? true) &&
    (each.after?.test(after) ?? true)
  )?.hint;
}
