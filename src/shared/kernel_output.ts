import {
  KERNEL_OUTPUT_KEYS,
  KERNEL_OUTPUT_PAIRS,
  KERNEL_OUTPUT_REGISTERS,
  KERNEL_OUTPUT_VALUES,
  KERNEL_OUTPUT_WINDOWS,
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

/** One of KERNEL_OUTPUT_*. */
export function encodeOutput(
  { output, op }: { output: keyof typeof OUTPUTS; op?: string },
): number {
  return op === "approxDistinct" ? KERNEL_OUTPUT_REGISTERS : OUTPUTS[output];
}

/** One of VALUE_*; 0 for no values. */
export function encodeValueType(type: keyof typeof VALUE_TYPES | undefined): number {
  return type === undefined ? 0 : VALUE_TYPES[type];
}
