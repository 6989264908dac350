// What the file that the compiler writes around a kernel imports.
import "./parse_methods";
import "./string_case";
import "./string_edits";
import "./string_methods";
export { Chunk } from "./chunk";
export {
  beginGroups, checkState, countOf, endGroups, nextGroup, nextOfGroup, putState, valueOf,
} from "./groups";
export { mr_at, mr_reserve } from "./input";
export {
  beginChunk, endChunk, nextChunk, nextFixed, nextJsonLine, nextLine, nextParagraph, nextRow, nextWord,
  recordEnd, recordStart,
} from "./records";
export { mark, release } from "./regions";
export { Settings } from "./settings";
export { decode } from "./text";
