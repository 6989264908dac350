// What a kernel imports as "millrace". millrace.d.ts says the same to editors.
export { ByteClass, WORD } from "./byte_class";
export { Chunk } from "./chunk";
export { csv } from "./csv";
export { fail } from "./host";
export { json } from "./json";
export { Key } from "./key";
export { emit, emitBytes, emitKey } from "./output";
export { emitBytesPair, emitPair } from "./pairs";
export { emitRuns, Runs, runs } from "./runs";
export { emitBytesValue, emitValue } from "./values";
