/** What can be counted, as a message says it. */
const ACCEPTED =
  "a string, a Uint8Array, a ReadableStream of Uint8Arrays, a Blob or another object " +
  "with stream(), an array of strings that are words, an object with iterable texts or files, " +
  "with the path of a file, or with words that come one by one, " +
  "or a promise of one of these";

/** What was handed in is nothing that can be counted. */
export class InputTypeError extends TypeError {}

/** @param input What was handed in. */
export function refuseInput(input: unknown): InputTypeError {
  return new InputTypeError(`Cannot count ${describe(input)}: an input is ${ACCEPTED}`);
}

/** @param chunk What a stream gave. */
export function refuseChunk(chunk: unknown): InputTypeError {
  const remedy = typeof chunk === "string" ? "; pipe it through a TextEncoderStream" : "";
  return new InputTypeError(
    `Cannot count a stream that gives ${describe(chunk)}: it must give Uint8Arrays${remedy}`,
  );
}

/** @throws {InputTypeError} If an array is not one of words. */
export function checkWords(words: readonly unknown[]): asserts words is readonly string[] {
  const index = words.findIndex((word) => typeof word !== "string");
  if (index < 0) return;
  const message = `Cannot count an array with ${describe(words[index])} at index ${index}`;
  throw new InputTypeError(`${message}: an array is a list of words, each a string`);
}

/** @throws {InputTypeError} If `texts` is no iterable object; a string would give its letters. */
export function checkTexts(texts: unknown): void {
  const isIterable = typeof texts === "object" && texts !== null &&
    (Symbol.iterator in texts || Symbol.asyncIterator in texts);
  if (isIterable) return;
  throw new InputTypeError(
    `Cannot count texts that are ${describe(texts)}: they must be an iterable of texts`,
  );
}

const SHOWN_CHARS = 40;

/** A value by its kind, and by itself where it is short. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return `the string ${JSON.stringify(value.slice(0, SHOWN_CHARS))}`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return `the ${typeof value} ${String(value)}`;
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object"
    ? `an object of class ${name}`
    : "a plain object";
}
