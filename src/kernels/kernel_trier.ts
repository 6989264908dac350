import type { Decimal } from "../contract/decimals.ts";
import type { KernelTrialDocument } from "../contract/documents.ts";
import type { RunnableKernel } from "../contract/kernel_manifest.ts";

/** What a kernel emits. */
export interface Emitted {
  key: string;
  /** 1 where the kernel only counts; an `i64` is a bigint; of a pair, the text beside the key. */
  value: number | bigint | Decimal | string;
}

/** What a kernel makes of one record, before its digits are written. */
export interface KernelTrial extends Omit<KernelTrialDocument, "emitted"> {
  /** In the order of the kernel; a key that it emits twice is there twice. */
  emitted: Emitted[];
}

/** Runs kernels on single records, or on some values, apart from all jobs. */
export interface KernelTrier {
  /**
   * Runs a kernel on one record.
   *
   * @throws {JobError} `kernel_trapped`, `kernel_timeout`, `kernel_out_of_memory` or
   * `kernel_output_too_large`.
   */
  try(kernel: RunnableKernel, record: Uint8Array<ArrayBuffer>): Promise<KernelTrial>;
  /**
   * Has a kernel whose op is `combine` combine values in several ways, which must not matter.
   *
   * @throws {JobError} `kernel_refused` with the values and what it makes of them; also if it takes
   * too much time or memory for that.
   */
  checkCombine(kernel: RunnableKernel): Promise<void>;
}
