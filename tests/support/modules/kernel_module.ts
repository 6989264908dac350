import { custom, END, HEADER, I32, i32, name, section, u32, vector } from "./binary.ts";

/** A type of functions. */
export interface Signature {
  parameters: number[];
  results: number[];
}

/** One function of a module. */
export interface FunctionSpec {
  type: number;
  /** Groups of locals as they are written: count, then type. */
  locals?: [count: number, type: number][];
  /** Instructions without the last `end`. */
  code: number[];
}

/** A module in parts; what is absent is as small as a kernel may have it. */
export interface ModuleSpec {
  types?: Signature[];
  /** Imported functions, or any import as its bytes. */
  imports?: ({ module: string; name: string; type: number } | number[])[];
  /** Own functions. */
  functions?: FunctionSpec[];
  /** Entries, or the section's contents. */
  table?: number | number[];
  /** Pages, or the section's contents; `null` for none. */
  memory?: number | number[] | null;
  /** Each global's bytes. */
  globals?: number[][];
  /** Exports beyond `mr_reserve` and `mr_map`, as bytes. */
  exports?: number[][];
  /** Indices of `mr_reserve` and `mr_map`; `null` for none of both. */
  required?: [reserve: number, map: number] | null;
  start?: number;
  elements?: number[][];
  dataCount?: number;
  data?: number[][];
  /** `null` for none. */
  manifest?: unknown;
}

// The types that every specification begins with.
export const T_RESERVE = 0; // i32 -> i32
export const T_MAP = 1; // i32 ->
export const T_NONE = 2; // ->
export const T_PAIR = 3; // i32, i32 ->
export const T_ABORT = 4; // i32, i32, i32, i32 ->

export const BASE_TYPES: Signature[] = [
  { parameters: [I32], results: [I32] },
  { parameters: [I32], results: [] },
  { parameters: [], results: [] },
  { parameters: [I32, I32], results: [] },
  { parameters: [I32, I32, I32, I32], results: [] },
];

export const MANIFEST = { abi: 1, records: "line", output: "keys", options: [] };

/** `mr_reserve` and `mr_map` that do nothing. */
export const IDLE: FunctionSpec[] = [
  { type: T_RESERVE, code: i32(1024) },
  { type: T_MAP, code: [] },
];

export function body({ locals = [], code }: FunctionSpec): number[] {
  const bytes = [...vector(locals.map(([count, type]) => [...u32(count), type])), ...code, END];
  return [...u32(bytes.length), ...bytes];
}

export function exportOf(title: string, kind: number, index: number): number[] {
  return [...name(title), kind, ...u32(index)];
}

function signatureBytes({ parameters, results }: Signature): number[] {
  return [0x60, ...u32(parameters.length), ...parameters, ...u32(results.length), ...results];
}

/** A kernel whose own first two functions are `mr_reserve` and `mr_map`, unless it says otherwise. */
export function kernelModule(spec: ModuleSpec = {}): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...HEADER, ...kernelSections(spec).flat()]);
}

/** The sections of such a module, each with its number and size. */
export function kernelSections(spec: ModuleSpec = {}): number[][] {
  const { imports = [], functions = IDLE, memory = 1, table, globals } = spec;
  const importedFunctions = imports.filter((one) => !Array.isArray(one)).length;
  const { required = [importedFunctions, importedFunctions + 1] } = spec;
  const exports = [
    ...required ? [exportOf("mr_reserve", 0, required[0]), exportOf("mr_map", 0, required[1])] : [],
    ...spec.exports ?? [],
  ];
  const { manifest = MANIFEST } = spec;
  const json = [...new TextEncoder().encode(JSON.stringify(manifest))];
  return [
    section(1, vector([...BASE_TYPES, ...spec.types ?? []].map(signatureBytes))),
    imports.length > 0 ? section(2, vector(imports.map(importBytes))) : [],
    section(3, vector(functions.map(({ type }) => u32(type)))),
    typeof table === "number" ? section(4, [1, 0x70, 0, ...u32(table)]) : [],
    Array.isArray(table) ? section(4, table) : [],
    typeof memory === "number" ? section(5, [1, 0, ...u32(memory)]) : [],
    Array.isArray(memory) ? section(5, memory) : [],
    globals ? section(6, vector(globals)) : [],
    section(7, vector(exports)),
    spec.start === undefined ? [] : section(8, u32(spec.start)),
    spec.elements ? section(9, vector(spec.elements)) : [],
    spec.dataCount === undefined ? [] : section(12, u32(spec.dataCount)),
    section(10, vector(functions.map(body))),
    spec.data ? section(11, vector(spec.data)) : [],
    manifest === null ? [] : custom("millrace", json),
  ];
}

function importBytes(one: { module: string; name: string; type: number } | number[]): number[] {
  if (Array.isArray(one)) return one;
  return [...name(one.module), ...name(one.name), 0, ...u32(one.type)];
}
