import { scaleOf } from "../../contract/decimals.ts";
import { writeCombine } from "./combine_glue.ts";
import type { OptionType } from "./manifest.ts";
import type { Survey } from "./survey.ts";

const NEXT_RECORD: Record<string, string> = {
  line: "nextLine()",
  word: "nextWord()",
  paragraph: "nextParagraph()",
  chunk: "nextChunk()",
  csv: "nextRow()",
  ndjson: "nextJsonLine()",
};

const READ_OPTION: Record<OptionType, string> = {
  i32: "toI32()",
  i64: "toI64()",
  f64: "toF64()",
  bool: "toBool()",
  string: "toText()",
};

/** Writes the entry file of a kernel: the exports of the ABI around its `map`. */
export function writeGlue(survey: Survey): string {
  const fixed = survey.records.startsWith("fixed:") ? survey.records.slice(6) : undefined;
  const next = fixed ? `nextFixed(${fixed})` : NEXT_RECORD[survey.records];
  const record = survey.level === "string"
    ? "decode(recordStart, <i32>(recordEnd - recordStart))"
    : "new Chunk(recordStart, recordEnd)";
  return `
import { ${namesOf(survey).join(", ")} } from "./kernel";
import {
  beginChunk, beginGroups, checkState, Chunk, countOf, decode, endChunk, endGroups, mark, nextChunk, nextFixed,
  nextGroup, nextJsonLine, nextLine, nextOfGroup, nextParagraph, nextRow, nextWord, putState, recordEnd,
  recordStart, release, Settings, valueOf,
} from "millrace/glue";
export { mr_at, mr_reserve } from "millrace/glue";

export function mr_map(bytes: i32): void {
  beginChunk(bytes);
  while (${next}) {
    const region = mark();
    map(${record});
    release(region);
  }
  endChunk();
}
${writeCombine(survey)}${writeConfigure(survey)}`;
}

/** What the entry file imports of the source. */
function namesOf({ combine, options }: Survey): string[] {
  return [
    "map",
    ...combine ? ["combine"] : [],
    ...combine?.finishes ? ["finish"] : [],
    ...options.length > 0 ? ["options"] : [],
  ];
}

function writeConfigure({ options }: Survey): string {
  if (options.length === 0) return "";
  const cases = options.map(({ name, type }) =>
    `    if (settings.is("${name}")) options.${name} = settings.${READ_OPTION[type]};\n    else `
  );
  return `
export function mr_configure(at: usize, bytes: i32): void {
  const settings = new Settings(at, bytes);
  while (settings.next()) {
${cases.join("").trimEnd()} settings.refuse();
  }
}
`;
}

/** Writes the constants and the type of the SDK that differ between kernels. */
export function writeBuildConstants(survey: Survey): string {
  const { keepsObjects, emitsCopies, values, combine, pairs } = survey;
  const scale = scaleOf(values?.value);
  return `export const ARENA: bool = ${!keepsObjects};
export const WINDOWS: bool = ${!emitsCopies};
export const VALUES: bool = ${values !== undefined};
export const PAIRS: bool = ${pairs !== undefined};
export const COMBINES: bool = ${combine !== undefined};
export const DOUBLES: bool = ${values?.value === "f64"};
export const DECIMALS: bool = ${scale !== undefined};
export const SCALE: i32 = ${scale ?? 0};
export const UNIT: i64 = ${10n ** BigInt(scale ?? 0)};
export type Value = ${values?.value === "f64" ? "f64" : "i64"};
`;
}
