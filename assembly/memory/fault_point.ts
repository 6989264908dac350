// Steps at which a test can make a thread fail. In the kernels of production FAULT_POINTS is 0, and
// neither the call nor the import is compiled.

// @ts-ignore: decorator
@external("host", "fault")
declare function fault(step: i32, at: u32): void;

/** Between two sub-blocks: the host may take the task away there. */
export const FAULT_CLEAN: i32 = 0;
/** Within a sub-block. */
export const FAULT_DIRTY: i32 = 1;
/** Within the reduce. */
export const FAULT_PARTITION: i32 = 2;
export const FAULT_REDUCE: i32 = 3;
export const FAULT_FINISH: i32 = 4;
/** With a part of a table in the batch that goes to disk. */
export const FAULT_SPILL: i32 = 5;

/** Fails here if a test wants it to. */
// @ts-ignore: decorator
@inline
export function faultPoint(step: i32, at: u32): void {
  // @ts-ignore: given to the compiler by build.ts
  if (FAULT_POINTS) fault(step, at);
}
