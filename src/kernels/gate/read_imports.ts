import { ABI_IMPORTS } from "./abi.ts";
import { type Cursor, hex, quote } from "./cursor.ts";
import type { GateLimits } from "./limits.ts";
import type { ModuleShape } from "./module_shape.ts";

const FUNCTION = 0x00;
const MEMORY = 0x02;

/** The section of imports: functions of ABI 1, and the memory, each at most once. */
export function readImports(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  const seen = new Set<string>();
  for (let count = cursor.atMost(limits.imports, "imports"); count > 0; count--) {
    const start = cursor.at;
    const [module, name] = [cursor.name(), cursor.name()];
    const path = `${module}.${name}`;
    if (seen.has(path)) cursor.refuse(`${quote(path)} is imported twice`, start);
    seen.add(path);
    const kind = cursor.byte();
    if (kind === MEMORY && module === "env" && name === "memory") {
      readMemory(cursor, shape, limits);
    } else if (kind === FUNCTION && ABI_IMPORTS.has(path)) {
      readFunction(cursor, shape, { module, name }, start);
    } else cursor.refuse(`the import ${quote(path)} (kind ${hex(kind)}) is not admitted`, start);
  }
}

function readFunction(
  cursor: Cursor,
  shape: ModuleShape,
  { module, name }: { module: string; name: string },
  start: number,
): void {
  const type = cursor.index(shape.types.length, "type");
  const { text } = shape.types[type];
  const expected = ABI_IMPORTS.get(`${module}.${name}`);
  if (text !== expected) {
    cursor.refuse(`the import ${module}.${name} has type (${text}), not (${expected})`, start);
  }
  shape.imports.push({ module, name, type });
  shape.functions.push(type);
}

/** The limits of a memory, of which a module has one. */
export function readMemory(cursor: Cursor, shape: ModuleShape, limits: GateLimits): void {
  const start = cursor.at;
  if (shape.memoryPages !== undefined) cursor.refuse("a second memory is not admitted", start);
  const flags = cursor.byte();
  if (flags > 1) {
    cursor.refuse(`a memory that is shared or of 64 bits (${hex(flags)}) is not admitted`, start);
  }
  const pages = cursor.atMost(limits.memoryPages, "pages of memory");
  const maximum = flags === 1 ? cursor.u32() : pages;
  if (maximum < pages) cursor.refuse("a memory's maximum is below its minimum", start);
  shape.memoryPages = pages;
}
