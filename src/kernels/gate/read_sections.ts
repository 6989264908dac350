import { ABI_EXPORTS } from "./abi.ts";
import { type Cursor, hex, quote } from "./cursor.ts";
import type { GateLimits } from "./limits.ts";
import { type ModuleShape, readValueType } from "./module_shape.ts";

// One function for each section between types and code, each of which reads what the section holds.

export function readTypes(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  for (let count = cursor.atMost(limits.types, "types"); count > 0; count--) {
    const start = cursor.at;
    const form = cursor.byte();
    if (form !== 0x60) cursor.refuse(`a type of the form ${hex(form)} is not admitted`, start);
    const parameters = readValueTypes(cursor, limits.parameters, "parameters");
    const results = readValueTypes(cursor, limits.results, "results");
    shape.types.push({
      parameters: parameters.length,
      results: results.length,
      text: `${parameters.join(",")} -> ${results.join(",")}`,
    });
  }
}

function readValueTypes(cursor: Cursor, limit: number, what: string): string[] {
  const types: string[] = [];
  for (let count = cursor.atMost(limit, what); count > 0; count--) {
    types.push(readValueType(cursor));
  }
  return types;
}

export function readFunctions(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  const start = cursor.at;
  const count = cursor.u32();
  const all = shape.imports.length + count;
  if (all > limits.functions) {
    cursor.refuse(`${all} functions exceed the limit of ${limits.functions}`, start);
  }
  for (let i = 0; i < count; i++) {
    shape.functions.push(cursor.index(shape.types.length, "type"));
  }
}

export function readTables(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  for (let count = cursor.atMost(1, "tables"); count > 0; count--) {
    const start = cursor.at;
    const type = cursor.byte();
    if (type !== 0x70) cursor.refuse(`a table of ${hex(type)} is not admitted`, start);
    const flags = cursor.byte();
    if (flags > 1) cursor.refuse(`a table with the flags ${hex(flags)} is not admitted`, start);
    const entries = cursor.atMost(limits.tableEntries, "entries of a table");
    const maximum = flags === 1 ? cursor.u32() : entries;
    if (maximum < entries) cursor.refuse("a table's maximum is below its minimum", start);
    shape.hasTable = true;
  }
}

export function readGlobals(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  for (let count = cursor.atMost(limits.globals, "globals"); count > 0; count--) {
    const type = readValueType(cursor);
    const start = cursor.at;
    const mutable = cursor.byte();
    if (mutable > 1) cursor.refuse(`a global with the flags ${hex(mutable)}`, start);
    shape.globals.push(mutable === 1 ? `mutable ${type}` : type);
    readConstant(cursor);
  }
}

/** An initial value: one constant. The engine checks that its type is the right one. */
function readConstant(cursor: Cursor): void {
  const start = cursor.at;
  const opcode = cursor.byte();
  if (opcode === 0x41) cursor.skipSigned(32);
  else if (opcode === 0x42) cursor.skipSigned(64);
  else if (opcode === 0x43) cursor.skip(4);
  else if (opcode === 0x44) cursor.skip(8);
  else if (opcode === 0xfd && cursor.u32() === 0x0c) cursor.skip(16);
  else cursor.refuse(`an initial value that is no constant (${hex(opcode)})`, start);
  if (cursor.byte() !== 0x0b) cursor.refuse("an initial value that is no single constant", start);
}

const EXPORT_KINDS = ["function", "table", "memory", "global"] as const;

export function readExports(cursor: Cursor, shape: ModuleShape): void {
  const names = new Set<string>();
  for (let count = cursor.u32(); count > 0; count--) {
    const start = cursor.at;
    const name = cursor.name();
    if (names.has(name)) cursor.refuse(`${quote(name)} is exported twice`, start);
    names.add(name);
    const kind = cursor.byte();
    if (kind >= EXPORT_KINDS.length) cursor.refuse(`an export of the kind ${hex(kind)}`, start);
    readExport(cursor, shape, name, EXPORT_KINDS[kind], start);
  }
}

function readExport(
  cursor: Cursor,
  shape: ModuleShape,
  name: string,
  kind: typeof EXPORT_KINDS[number],
  start: number,
): void {
  const counts = {
    function: shape.functions.length,
    table: shape.hasTable ? 1 : 0,
    memory: shape.memoryPages === undefined ? 0 : 1,
    global: shape.globals.length,
  };
  const index = cursor.index(counts[kind], kind);
  const known = ABI_EXPORTS.get(name);
  if (!known) return;
  const isOwn = kind === "global" || (kind === "function" && index >= shape.imports.length);
  if (kind !== known.kind || !isOwn) {
    cursor.refuse(`the export ${name} is no ${known.kind} of the module's own`, start);
  }
  const type = kind === "global" ? shape.globals[index] : shape.types[shape.functions[index]].text;
  if (type !== known.type) {
    cursor.refuse(`the export ${name} has type (${type}), not (${known.type})`, start);
  }
  shape.exports.push({ name, kind: known.kind, index });
}

export function readStart(cursor: Cursor, shape: ModuleShape): void {
  const start = cursor.at;
  const index = cursor.index(shape.functions.length, "function");
  if (index < shape.imports.length || shape.types[shape.functions[index]].text !== " -> ") {
    cursor.refuse("the start function has parameters or results, or is imported", start);
  }
  shape.startFunction = index;
}

export function readElements(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  for (let count = cursor.atMost(limits.segments, "element segments"); count > 0; count--) {
    const start = cursor.at;
    const flags = cursor.u32();
    if (flags !== 0) cursor.refuse(`an element segment with the flags ${hex(flags)}`, start);
    if (!shape.hasTable) cursor.refuse("an element segment needs a table", start);
    readConstant(cursor);
    for (let entries = cursor.u32(); entries > 0; entries--) {
      cursor.index(shape.functions.length, "function");
    }
  }
}

export function readDataCount(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  shape.dataSegments = cursor.atMost(limits.segments, "data segments");
}

export function readData(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  const start = cursor.at;
  const segments = cursor.atMost(limits.segments, "data segments");
  if (segments !== (shape.dataSegments ?? segments)) {
    cursor.refuse(`${segments} data segments where the count says ${shape.dataSegments}`, start);
  }
  for (let i = 0; i < segments; i++) {
    const at = cursor.at;
    const flags = cursor.u32();
    if (flags > 1) cursor.refuse(`a data segment with the flags ${hex(flags)}`, at);
    if (flags === 0) readConstant(cursor);
    cursor.skip(cursor.u32());
  }
}
