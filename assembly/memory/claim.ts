import { FAULT_CLEAN, faultPoint } from "./fault_point";
import { TASK_ASKED, TASK_CLAIMED, TASK_CLEAN, TASK_COUNTING, TASK_OFFSET, TASK_STATE, TASK_OFFSET_TOKENS } from "../layout";

// The task in hand, as src/queue/task_records.ts has it: between two sub-blocks the kernel lets go
// of the job, so that the host may take the task away where all that it has counted is whole. Who
// calls the kernel is in COUNTING, and the kernel returns there, or FENCED.

let task: usize = 0;
let counting: u32 = 0;

/** Takes up a task; without one, `address` 0, there is nobody who could take it away. */
export function openClaim(address: usize, claimed: u32): void {
  task = address;
  counting = claimed - TASK_CLAIMED + TASK_COUNTING;
}

/** Bytes of the text that are counted already, by a thread that had the task before. */
// @ts-ignore: decorator
@inline
export function countedBytes(): u32 {
  return task == 0 ? 0 : load<u32>(task, TASK_OFFSET);
}

/** Tokens in them. */
// @ts-ignore: decorator
@inline
export function countedTokens(): u32 {
  return task == 0 ? 0 : load<u32>(task, TASK_OFFSET_TOKENS);
}

/**
 * Says that the job's tables are whole and hold the text's first `bytes` bytes, and goes on if the
 * host has not taken the task away meanwhile. False: nothing of the job may be touched any more.
 */
// @ts-ignore: decorator
@inline
export function checkpoint(bytes: u32, tokens: u32): bool {
  if (task == 0) return true;
  store<u32>(task, bytes, TASK_OFFSET);
  store<u32>(task, tokens, TASK_OFFSET_TOKENS);
  const claimed: u32 = counting - TASK_COUNTING + TASK_CLAIMED;
  // PUBLISHES the table and the progress to whoever takes the task from here.
  if (atomic.cmpxchg<u32>(task + TASK_STATE, counting, claimed) != counting) return leave(claimed);
  faultPoint(FAULT_CLEAN, bytes);
  return atomic.cmpxchg<u32>(task + TASK_STATE, claimed, counting) == claimed;
}

/** The host has asked for the task, and gets it whole; or it has given it up already. */
function leave(claimed: u32): bool {
  const base: u32 = claimed - TASK_CLAIMED;
  atomic.cmpxchg<u32>(task + TASK_STATE, base + TASK_ASKED, base + TASK_CLEAN);
  return false;
}
