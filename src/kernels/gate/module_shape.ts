import { type Cursor, hex } from "./cursor.ts";

/** Bytes of a section's contents. */
export interface Range {
  start: number;
  end: number;
}

export interface FunctionType {
  parameters: number;
  results: number;
  /** `i32,i32 -> i32`. */
  text: string;
}

export interface KeptExport {
  name: string;
  kind: "function" | "global";
  index: number;
}

/** What the sections before the code say of a module. */
export interface ModuleShape {
  types: FunctionType[];
  /** The type of each function, imported ones first. */
  functions: number[];
  /** Imported functions, in order. */
  imports: { module: string; name: string; type: number }[];
  hasTable: boolean;
  /** Pages that the module's memory begins with. */
  memoryPages?: number;
  /** `i32` or `mutable i32`. */
  globals: string[];
  /** Exports that ABI 1 knows. */
  exports: KeptExport[];
  startFunction?: number;
  /** What the section of the count says. */
  dataSegments?: number;
}

export function emptyShape(): ModuleShape {
  return { types: [], functions: [], imports: [], hasTable: false, globals: [], exports: [] };
}

const VALUE_TYPES = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
]);

export function isValueType(byte: number): boolean {
  return VALUE_TYPES.has(byte);
}

/** Reads a type of values, and gives its name. */
export function readValueType(cursor: Cursor): string {
  const start = cursor.at;
  const byte = cursor.byte();
  const name = VALUE_TYPES.get(byte);
  return name ?? cursor.refuse(`type ${hex(byte)} is not admitted`, start);
}
