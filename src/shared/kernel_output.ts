import {
  KERNEL_OUTPUT_COMBINED,
  KERNEL_OUTPUT_FINISHED,
  KERNEL_OUTPUT_KEYS,
  KERNEL_OUTPUT_PAIRS,
  KERNEL_OUTPUT_REGISTERS,
  KERNEL_OUTPUT_VALUE_PAIRS,
  KERNEL_OUTPUT_VALUES,
  KERNEL_OUTPUT_WINDOWS,
  VALUE_DECIMAL,
  VALUE_F64,
  VALUE_I64,
} from "../../assembly/layout.ts";

// What kernels hand out, by the words of their manifests, in the numbers that threads read.

const OUTPUTS = {
  keys: KERNEL_OUTPUT_KEYS,
  windows: KERNEL_OUTPUT_WINDOWS,
  values: KERNEL_OUTPUT_VALUES,
  pairs: KERNEL_OUTPUT_PAIRS,
} as const;

const VALUE_TYPES = { i64: VALUE_I64, f64: VALUE_F64 } as const;

/** What a kernel hands out, or what is made of it. */
export interface OutputTerms {
  output: keyof typeof OUTPUTS;
  op?: string;
  /** Which function of the module is called; `map` where it is left out. */
  entry?: "combine" | "finish";
}

/** One of KERNEL_OUTPUT_*. */
export function encodeOutput({ output, op, entry }: OutputTerms): number {
  if (op === "approxDistinct") return KERNEL_OUTPUT_REGISTERS;
  if (entry === "finish") return KERNEL_OUTPUT_FINISHED;
  if (entry === "combine") return KERNEL_OUTPUT_COMBINED;
  return op === "combine" ? KERNEL_OUTPUT_VALUE_PAIRS : OUTPUTS[output];
}

/** A type of values by VALUE_*; 0 for none. */
export function encodeValueType(
  type: keyof typeof VALUE_TYPES | `decimal(${number})` | undefined,
): number {
  if (type === undefined) return 0;
  if (type === "i64" || type === "f64") return VALUE_TYPES[type];
  return VALUE_DECIMAL + parseInt(type.slice("decimal(".length)); // its fraction digits
}
