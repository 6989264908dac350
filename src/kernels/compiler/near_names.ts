import { libraryFiles } from "assemblyscript/asc";
import { findNearest } from "../../contract/nearest.ts";

/** What asc says of a name that there is not. */
const UNKNOWN = /^(?:Cannot find name '(\w+)'|Property '(\w+)' does not exist on type '(\w+))/;
/** What a source may name without declaring it. */
const GLOBALS = [
  ...["emit", "emitKey", "emitRuns", "emitValue", "emitPair", "emitBytes", "emitBytesValue"],
  ...["emitBytesPair", "runs", "Runs", "WORD", "ByteClass", "Chunk", "csv", "json", "Key", "fail"],
  ...["parseInt", "parseFloat", "isNaN", "isFinite", "Math", "String", "Array", "StaticArray"],
  ...[
    "Map",
    "Set",
    "Error",
    "string",
    "bool",
    "boolean",
    "number",
    "void",
    "true",
    "false",
    "null",
  ],
  ...["else", "return", "const", "function", "while"],
];
/** The files of asc's library that have the members of a type; else they are of the SDK's. */
const FILES: Readonly<Record<string, string>> = {
  string: "string",
  Array: "array",
  StaticArray: "staticarray",
  Map: "map",
  Set: "set",
  NativeMath: "math",
  I32: "number",
  I64: "number",
  U64: "number",
  F64: "number",
};
const SDK_MEMBERS: Readonly<Record<string, string[]>> = {
  Chunk: ["start", "end", "length", "byteAt", "indexOf", "slice", "toString", "toNumber"],
  ByteClass: ["of", "not", "has"],
  Runs: ["start", "length", "next"],
  Key: ["length", "start", "clear", "add", "addByte", "addText", "emit"],
  json: ["find"],
  csv: ["field", "text"],
};
const LIBRARY_MEMBER = /^ {2}(?:export )?(?:static |get |set |function )*([a-z]\w*)(?:<.*?>)?\(/gm;
const DECLARED = /\b(?:const|let|class|enum|function|namespace)\s+(\w+)|[(,]\s*(\w+)\s*:/g;
const OWN_MEMBER = /^\s*(?:static |readonly |get )*(\w+)\s*[:(=]|[{;]\s*(\w+)\s*[:(]/gm;

/** What a name that there is not may be meant for. */
export function nearName(message: string, source: string): string | undefined {
  const [, name, member, type] = UNKNOWN.exec(message) ?? [];
  const candidates = type ? membersOf(type, source) : [...wordsIn(source, DECLARED), ...GLOBALS];
  const word = name ?? member;
  const nearest = word && findNearest(word, candidates.filter((each) => each !== word));
  return nearest && `the nearest is '${nearest}'`;
}

function membersOf(type: string, source: string): string[] {
  if (Object.hasOwn(SDK_MEMBERS, type)) return SDK_MEMBERS[type];
  if (!Object.hasOwn(FILES, type)) return wordsIn(source, OWN_MEMBER);
  return wordsIn((libraryFiles as Record<string, string>)[FILES[type]], LIBRARY_MEMBER);
}

function wordsIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, first, other]) => first ?? other);
}
