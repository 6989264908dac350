import { FAULT_CLEAN, faultPoint } from "./fault_point";
import { TASK_ASKED, TASK_CLAIMED, TASK_CLEAN, TASK_COUNTING, TASK_OFFSET, TASK_STATE, TASK_OFFSET_TOKENS } from "../layout";

// The kernel's part in the protocol of src/shared/task_records.ts. Between two sub-blocks the tables
// are whole, and the kernel lets go of its task for a moment, so that the host may take the task
// away there. The task's state is COUNTING when the kernel is called and when it returns, unless it
// returns FENCED.

let task: usize = 0;
let counting: u32 = 0;

/** Takes up a task. With the address 0 there is no record, and nobody can take the task away. */
export function openClaim(address: usize, claimed: u32): void {
  task = address;
  counting = claimed - TASK_CLAIMED + TASK_COUNTING;
}

/** Bytes of the text that a former thread of the task has counted already. */
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
 * Says that the job's tables are whole and hold the text's first `bytes` bytes. Returns false if
 * the host has taken the task away: the kernel must not touch anything of the job any more.
 */
// @ts-ignore: decorator
@inline
export function checkpoint(bytes: u32, tokens: u32): bool {
  if (task == 0) return true;
  store<u32>(task, bytes, TASK_OFFSET);
  store<u32>(task, tokens, TASK_OFFSET_TOKENS);
  const claimed: u32 = counting - TASK_COUNTING + TASK_CLAIMED;
  // PUBLISHES the table and the progress to the thread that gets the task next.
  if (atomic.cmpxchg<u32>(task + TASK_STATE, counting, claimed) != counting) return leave(claimed);
  faultPoint(FAULT_CLEAN, bytes);
  return atomic.cmpxchg<u32>(task + TASK_STATE, claimed, counting) == claimed;
}

/**
 * The host has asked for the task, so it gets the task whole; or it has given the task up already.
 */
function leave(claimed: u32): bool {
  const base: u32 = claimed - TASK_CLAIMED;
  atomic.cmpxchg<u32>(task + TASK_STATE, base + TASK_ASKED, base + TASK_CLEAN);
  return false;
}
