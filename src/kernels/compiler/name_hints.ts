import type { Hint } from "./syntax_hints.ts";

const TO_TEXT = "write value.toString()";

/** Names that other languages have, or other parts of JavaScript. */
export const NAME_HINTS: readonly Hint[] = [
  {
    message: /^Cannot find name '(?:elif|elsif|elseif)'/,
    hint: "write else if (condition) { … }",
  },
  { message: /^Cannot find name 'delete'/, hint: "a Map and a Set have delete(key)" },
  {
    message: /^Not implemented: 'in' operator/,
    hint: "write map.has(key), or list.includes(value)",
  },
  { message: /^Cannot find name '(?:print|println|printf|echo)'/, hint: "write emit(text)" },
  { message: /^Cannot find name 'len'/, hint: "write text.length" },
  { message: /^Cannot find name 'str'/, hint: TO_TEXT },
  {
    message: /^Property 'toLocale(Lower|Upper)Case' does not exist/,
    hint: "write to$1Case(), which knows no languages",
  },
  { message: /^Property 'toLocale\w*' does not exist/, hint: TO_TEXT },
  {
    message: /^Property 'normalize' does not exist on type 'string'/,
    hint: "a kernel has none: a job that counts keys normalizes them by normalization=nfc",
  },
  { message: /^Property 'contains' does not exist/, hint: "write includes" },
  { message: /^Property '(?:len|size|count)' does not exist/, hint: "write length" },
  { message: /^Property '(?:append|add)' does not exist on type 'Array/, hint: "write push" },
  { message: /^Property 'put' does not exist on type 'Map/, hint: "write set" },
  { message: /^Property '(?:insert|push)' does not exist on type 'Set/, hint: "write add" },
  {
    message:
      /^Property '(?:split|trim\w*|char\w+|sub\w+|to\w+Case|replace\w*|\w+With|includes|lastIndexOf)' does not exist on type 'Chunk'/,
    hint: "a Chunk is bytes: write chunk.toString() for its text, or map(record: string)",
  },
  {
    message: /^Type 'Chunk' is not assignable to type 'string'/,
    hint: "a Chunk is bytes: write chunk.toString() for its text, or map(record: string)",
  },
];
