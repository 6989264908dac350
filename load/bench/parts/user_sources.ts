/** The same task, words between whitespace of ASCII, as users would write it; names are for people. */
export const WORD_KERNELS: Readonly<Record<string, string>> = {
  "runs, slices": `import { Chunk, emitBytes, runs, WORD } from "millrace";
export const records = "chunk";
export function map(chunk: Chunk): void {
  for (const word = runs(chunk, WORD); word.next();) emitBytes(word.start, word.length);
}`,
  "emitRuns": `import { Chunk, emitRuns, WORD } from "millrace";
export const records = "chunk";
export function map(chunk: Chunk): void { emitRuns(chunk, WORD); }`,
  "runs of a class, slices": `import { ByteClass, Chunk, emitBytes, runs } from "millrace";
export const records = "chunk";
const WORDS = ByteClass.not(" \\n\\r\\t\\v\\f\\x1c\\x1d\\x1e\\x1f");
export function map(chunk: Chunk): void {
  for (const word = runs(chunk, WORDS); word.next();) emitBytes(word.start, word.length);
}`,
  "runs per line, slices": `import { Chunk, emitBytes, runs, WORD } from "millrace";
export function map(line: Chunk): void {
  for (const word = runs(line, WORD); word.next();) emitBytes(word.start, word.length);
}`,
  "runs, copies": `import { Chunk, emitKey, runs, WORD } from "millrace";
export const records = "chunk";
export function map(chunk: Chunk): void {
  for (const word = runs(chunk, WORD); word.next();) emitKey(word.start, word.length);
}`,
  "byte loop, slices": `import { Chunk, emitBytes } from "millrace";
export const records = "chunk";
export function map(chunk: Chunk): void {
  let start = chunk.start;
  for (let at = chunk.start; at < chunk.end; at++) {
    if (load<u8>(at) > 0x20) continue;
    emitBytes(start, <i32>(at - start));
    start = at + 1;
  }
  emitBytes(start, <i32>(chunk.end - start));
}`,
  "strings, split": `import { emit } from "millrace";
export function map(line: string): void {
  const words = line.split(" ");
  for (let i = 0; i < words.length; i++) emit(words[i]);
}`,
  "strings, split, a global object": `import { emit } from "millrace";
let last: string = "";
export function map(line: string): void {
  const words = line.split(" ");
  for (let i = 0; i < words.length; i++) emit(words[i]);
}`,
  "strings, charCodeAt": `import { emit } from "millrace";
export function map(line: string): void {
  let start = 0;
  for (let i = 0; i < line.length; i++) {
    if (line.charCodeAt(i) > 0x20) continue;
    emit(line.substring(start, i));
    start = i + 1;
  }
  emit(line.substring(start));
}`,
};

/** Only has its lines found, and emits nothing. */
export const BORDERS = `import { Chunk } from "millrace";
export function map(line: Chunk): void {}`;

/** A mapper of some fifty lines, as users write them. */
export const FIFTY_LINES = `import { emit } from "millrace";

export class Options {
  least: i32 = 3;
  prefix: string = "";
  fold: bool = true;
}
export const options = new Options();

const STOP = new Set<string>();
let isReady = false;

function prepare(): void {
  const words = "the of and to a in is it you that he was for on are with as".split(" ");
  for (let i = 0; i < words.length; i++) STOP.add(words[i]);
  isReady = true;
}

function isLetter(code: i32): bool {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code > 0x7f;
}

function trim(word: string): string {
  let from = 0;
  let to = word.length;
  while (from < to && !isLetter(word.charCodeAt(from))) from++;
  while (to > from && !isLetter(word.charCodeAt(to - 1))) to--;
  return word.substring(from, to);
}

function accept(word: string): bool {
  if (word.length < options.least) return false;
  if (options.prefix.length > 0 && !word.startsWith(options.prefix)) return false;
  return !STOP.has(word);
}

export function map(line: string): void {
  if (!isReady) prepare();
  const words = line.split(" ");
  for (let i = 0; i < words.length; i++) {
    let word = trim(words[i]);
    if (options.fold) word = word.toLowerCase();
    if (accept(word)) {
      emit(word);
    } else if (word.length == 0) {
      continue;
    }
  }
}
`;
