/** A remark on a message of the compiler: what someone who knows TypeScript did not expect. */
export interface Hint {
  message: RegExp;
  /** What stands on the line from where the message points. */
  after?: RegExp;
  /** What stands on the line before it. */
  before?: RegExp;
  /** `$1` stands for what the message's first group is. */
  hint: string;
}

/** What the parser means where it names only a sign that it has not found. */
export const SYNTAX_HINTS: readonly Hint[] = [
  {
    message: /^Invalid character/,
    after: /^[“”„«»‘’‚]/,
    hint: "quotes are straight in a source: \" or '",
  },
  {
    message: /^'\)' expected/,
    after: /^\w+ +satisfies\b/,
    hint: "AssemblyScript has no satisfies: leave it out",
  },
  {
    message: /^'\)' expected/,
    after: /^\w+ *:/,
    hint: "a parameter with a type stands in brackets: write (word: string) => …",
  },
  {
    message: /^'\)' expected/,
    hint: "a ( before this is not closed, or a comma or an operator is missing",
  },
  {
    message: /^'\(' expected/,
    after: /^(if|while|for|switch)\b/,
    hint: "the condition stands in brackets: write if (…) { … }",
  },
  {
    message: /^':' expected/,
    before: /\bcase\b/,
    hint: "a case ends with a colon: write case value: …",
  },
  { message: /^':' expected/, hint: "a ? needs its other value: write condition ? one : other" },
  {
    message: /^Type expected/,
    before: /\bfor *\(.*, *\w+$/,
    hint: "semicolons divide the parts of a for: write for (let i = 0; i < 3; i++)",
  },
  {
    message: /^Unterminated string literal/,
    after: /^`/,
    hint: "a ` or a ${ on this line is not closed",
  },
  {
    message: /^Unterminated string literal/,
    hint: "a quote is not closed; a text of several lines stands between two `",
  },
  { message: /^Unexpected end of text/, hint: "a {, ( or [ is not closed" },
  {
    message: /^Expression expected/,
    before: /^ *def \w+\(.*\)$/,
    hint:
      "this is Python, and a kernel is TypeScript: write function map(line: string): void { … }",
  },
  {
    message: /^Expression expected/,
    before: /[(,=+*\/-] *$/,
    hint: "a value is missing here, or a sign before it is one too many",
  },
];
