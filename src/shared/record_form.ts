import {
  DRAINED_HEADER_BYTES,
  KERNEL_OUTPUT_FINISHED,
  KERNEL_OUTPUT_REGISTERS,
  KERNEL_OUTPUT_VALUES,
} from "../../assembly/drain_layout.ts";
import { VALUE_KEY, VALUE_KEY_BYTES } from "../../assembly/layout.ts";

/** How records of keys follow each other in a text that a thread has made for the kernel. */
export interface RecordForm {
  /** Where the first one begins. */
  readonly first: number;
  /** Bytes before a key, and where in them its length stands: u32, little-endian. */
  readonly headerBytes: number;
  readonly lengthAt: number;
  /** Each record begins at a multiple of so many bytes, a power of two. */
  readonly alignment: number;
}

/** `u32 bytes | key`, as TOKENIZER_KEYS has them. */
export const PACKED_KEYS: RecordForm = { first: 0, headerBytes: 4, lengthAt: 0, alignment: 1 };

/** The same behind the header of TOKENIZER_DRAINED. */
export const DRAINED_KEY_RECORDS: RecordForm = { ...PACKED_KEYS, first: DRAINED_HEADER_BYTES };

/** `value | u32 bytes | key | padding`, as TOKENIZER_VALUES has them. */
export const VALUE_RECORDS: RecordForm = {
  first: 0,
  headerBytes: VALUE_KEY,
  lengthAt: VALUE_KEY_BYTES,
  alignment: 8,
};

const WITH_VALUES: readonly number[] = [
  KERNEL_OUTPUT_VALUES,
  KERNEL_OUTPUT_REGISTERS,
  KERNEL_OUTPUT_FINISHED,
];

/**
 * In which form a thread hands on what a user kernel drains: it makes keys of windows and of pairs,
 * and value records of registers.
 *
 * @param output One of KERNEL_OUTPUT_*.
 */
export function formOf(output: number): RecordForm {
  return WITH_VALUES.includes(output) ? VALUE_RECORDS : PACKED_KEYS;
}

/**
 * Where the record begins that follows one whose key ends at `keyEnd`. The bits of what is added are few,
 * so that the sum stays an integer for the compiler, and is exact beyond 2^31.
 */
export function behindRecord({ alignment }: RecordForm, keyEnd: number): number {
  return keyEnd + (-keyEnd & (alignment - 1));
}
