import { MANIFEST_SECTION } from "./abi.ts";
import { Cursor, hex } from "./cursor.ts";
import { pollEntries } from "./entry_polls.ts";
import type { GateLimits } from "./limits.ts";
import { emptyShape, type ModuleShape, type Range } from "./module_shape.ts";
import { readImports, readMemory } from "./read_imports.ts";
import {
  readData,
  readDataCount,
  readElements,
  readExports,
  readFunctions,
  readGlobals,
  readStart,
  readTables,
  readTypes,
} from "./read_sections.ts";
import { pollReturns } from "./return_polls.ts";
import { walkBody, type WalkedBody } from "./walk_body.ts";

/** Sections by their number. */
export enum Section {
  Custom,
  Type,
  Import,
  Function,
  Table,
  Memory,
  Global,
  Export,
  Start,
  Element,
  Code,
  Data,
  DataCount,
}

/** Sections come in this order. */
export const SECTION_ORDER: Section[] = [
  Section.Type,
  Section.Import,
  Section.Function,
  Section.Table,
  Section.Memory,
  Section.Global,
  Section.Export,
  Section.Start,
  Section.Element,
  Section.DataCount,
  Section.Code,
  Section.Data,
];

/** A module that was decoded to its last byte. */
export interface WalkedModule {
  shape: ModuleShape;
  sections: Map<Section, Range>;
  bodies: WalkedBody[];
  /** The contents of the custom section `millrace`. */
  manifest?: Range;
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/**
 * Decodes every section and every instruction of a module, in time and memory that are bounded by
 * its length.
 *
 * @throws {JobError} `kernel_refused` for what is malformed, exceeds a limit or is not admitted.
 */
export function readModule(bytes: Uint8Array, limits: GateLimits): WalkedModule {
  const cursor = new Cursor(bytes, 0, bytes.length);
  for (const expected of MAGIC_AND_VERSION) {
    if (cursor.byte() !== expected) cursor.refuse("it is no WebAssembly module of version 1", 0);
  }
  const module: WalkedModule = { shape: emptyShape(), sections: new Map(), bodies: [] };
  let reached = -1;
  while (cursor.at < cursor.end) {
    const start = cursor.at;
    const id = cursor.byte();
    const size = cursor.u32();
    const from = cursor.skip(size);
    const section = new Cursor(bytes, from, cursor.at);
    if (id === Section.Custom) {
      readCustom(section, module);
      continue;
    }
    const place = SECTION_ORDER.indexOf(id);
    if (place < 0) cursor.refuse(`a section ${hex(id)} is not admitted`, start);
    if (place <= reached) cursor.refuse(`section ${id} is out of order`, start);
    reached = place;
    readSection(id, section, module, limits);
    section.finish(`section ${id}`);
    module.sections.set(id, { start: from, end: section.end });
  }
  return complete(cursor, module);
}

/** What is missing only shows at the end. */
function complete(cursor: Cursor, module: WalkedModule): WalkedModule {
  const { shape, bodies, sections } = module;
  const declared = shape.functions.length - shape.imports.length;
  if (bodies.length !== declared) {
    cursor.refuse(`${declared} functions have ${bodies.length} bodies`);
  }
  const hasData = sections.has(Section.Data);
  if (!hasData && (shape.dataSegments ?? 0) > 0) cursor.refuse("the data segments are missing");
  return module;
}

function readSection(id: Section, cursor: Cursor, module: WalkedModule, limits: GateLimits): void {
  const { shape } = module;
  switch (id) {
    case Section.Type:
      return readTypes(cursor, shape, limits);
    case Section.Import:
      return readImports(cursor, shape, limits);
    case Section.Function:
      return readFunctions(cursor, shape, limits);
    case Section.Table:
      return readTables(cursor, shape, limits);
    case Section.Memory:
      return readMemories(cursor, shape, limits);
    case Section.Global:
      return readGlobals(cursor, shape, limits);
    case Section.Export:
      return readExports(cursor, shape);
    case Section.Start:
      return readStart(cursor, shape);
    case Section.Element:
      return readElements(cursor, shape, limits);
    case Section.DataCount:
      return readDataCount(cursor, shape, limits);
    case Section.Code:
      return readCode(cursor, module, limits);
    case Section.Data:
      needMemory(cursor, shape);
      return readData(cursor, shape, limits);
    default:
      return cursor.refuse(`a section ${hex(id)} is not admitted`);
  }
}

function readCustom(cursor: Cursor, module: WalkedModule): void {
  const start = cursor.at;
  if (cursor.name() !== MANIFEST_SECTION) return;
  if (module.manifest) cursor.refuse(`a second custom section "${MANIFEST_SECTION}"`, start);
  module.manifest = { start: cursor.at, end: cursor.end };
}

function readMemories(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  for (let count = cursor.atMost(1, "memories"); count > 0; count--) {
    readMemory(cursor, shape, limits);
  }
}

function needMemory(cursor: Cursor, shape: ModuleShape): void {
  if (shape.memoryPages === undefined) cursor.refuse("the module has no memory");
}

function readCode(cursor: Cursor, module: WalkedModule, limits: GateLimits): void {
  const { shape } = module;
  needMemory(cursor, shape);
  const start = cursor.at;
  const count = cursor.u32();
  const declared = shape.functions.length - shape.imports.length;
  if (count !== declared) cursor.refuse(`${declared} functions have ${count} bodies`, start);
  for (let i = shape.imports.length; i < shape.functions.length; i++) {
    cursor.functionIndex = i;
    const size = cursor.atMost(limits.bodyBytes, "bytes of a function's body");
    const body = new Cursor(cursor.bytes, cursor.skip(size), cursor.at);
    body.functionIndex = i;
    module.bodies.push(walkBody(body, shape, limits));
  }
  cursor.functionIndex = undefined;
  pollReturns(shape, module.bodies, limits);
  pollEntries(shape, module.bodies);
}
