const LINES = [
  'import { emit } from "millrace";',
  "",
  'export const name = "my-words";',
  "",
  "// Gets one line after the other. What it emits is counted.",
  "export function map(line: string): void {",
  '  const words = line.toLowerCase().split(" ");',
  "  for (let i = 0; i < words.length; i++) emit(words[i]);",
  "}",
  "",
];

/** What a kernel begins as: it compiles, and counts words. */
export const TEMPLATE = LINES.join("\n");

/** Where this tab keeps what is being written, until it is closed. */
const DRAFT_NAME = "millrace-kernel";

const NAME = /^export const name = "([^"\n]*)";?$/m;
const IMPORTS = /^(?:import [^;]*;[ \t]*\n)*/;

export function readDraft() {
  return sessionStorage.getItem(DRAFT_NAME) ?? TEMPLATE;
}

/** @param {string} source */
export function keepDraft(source) {
  sessionStorage.setItem(DRAFT_NAME, source);
}

/** What a source calls its kernel; empty where it says nothing. @param {string} source */
export function nameIn(source) {
  return NAME.exec(source)?.[1] ?? "";
}

/**
 * A source that calls its kernel so, and is else as it was.
 *
 * @param {string} source
 * @param {string} name Quotes and backslashes are left out: no name has them.
 */
export function withName(source, name) {
  const line = `export const name = "${name.replace(/["\\\n]/g, "")}";`;
  if (NAME.test(source)) return source.replace(NAME, () => line);
  return source.replace(IMPORTS, (imports) => `${imports}${imports && "\n"}${line}\n`);
}
