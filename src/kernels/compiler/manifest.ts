import type { PairOp, ValueOp, ValueType } from "../../contract/kernel_manifest.ts";

/** What a kernel says of itself, in its custom section `millrace`. */
export interface SourceManifest {
  abi: 1;
  name?: string;
  /** How a chunk is cut into records. */
  records: string;
  /** Where `map` takes a string. */
  input?: "text";
  /** Whether keys leave as copies, as windows of slices, with values, or with other texts. */
  output: "keys" | "windows" | "values" | "pairs";
  /** Type of the values, where the output is `values`. */
  value?: ValueType;
  /** What becomes of the values or of the texts of one key. */
  op?: ValueOp | PairOp;
  options: OptionManifest[];
}

/** What a source may say of its values; `combine` it says by a function. */
export const VALUE_OPS = ["sum", "min", "max", "avg", "count"] as const satisfies ValueOp[];

/** What a source may say of its pairs. */
export const PAIR_OPS = ["distinct", "approxDistinct"] as const satisfies PairOp[];

/** What a source says of its values. */
export interface ValueManifest {
  value: ValueType;
  op: ValueOp;
}

/** What a source says of its pairs. */
export interface PairManifest {
  op: PairOp;
}

/** The types that an option can have. */
export const OPTION_TYPES = ["i32", "i64", "f64", "bool", "string"] as const;
export type OptionType = typeof OPTION_TYPES[number];

export interface OptionManifest {
  name: string;
  type: OptionType;
  /** An i64 that a double cannot hold is a text of digits. */
  default: number | boolean | string;
}

const CUSTOM_SECTION = 0;
const SECTION_NAME = "millrace";

/** Appends the custom section to a module. */
export function withManifest(
  binary: Uint8Array,
  manifest: SourceManifest,
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const name = encoder.encode(SECTION_NAME);
  const json = encoder.encode(JSON.stringify(manifest));
  const body = [...encodeLength(name.length), ...name, ...json];
  const section = [CUSTOM_SECTION, ...encodeLength(body.length), ...body];
  const result = new Uint8Array(binary.length + section.length);
  result.set(binary);
  result.set(section, binary.length);
  return result;
}

/** LEB128. */
function encodeLength(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push(value & 0x7f | 0x80);
  return [...bytes, value];
}
