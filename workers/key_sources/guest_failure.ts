import { KERNEL_TRAPPED } from "../../src/shared/task_status.ts";

/** Most bytes of a message of a user kernel. */
export const MOST_MESSAGE_BYTES = 1024;

/** Why a user kernel cannot go on, by its own word or by what it has emitted. */
export class GuestFailure extends Error {
  /** One of KERNEL_*, or INVALID_UTF8. */
  readonly status: number;
  /** Where in the chunk, if that is known. */
  readonly offset: number | undefined;

  constructor(status: number, message: string, offset?: number) {
    super(message);
    this.status = status;
    this.offset = offset;
  }
}

export function trapped(message: string): GuestFailure {
  return new GuestFailure(KERNEL_TRAPPED, message);
}

/** The first MOST_MESSAGE_BYTES of a text, in UTF-8 and without half a character. */
export function encodeMessage(text: string): Uint8Array {
  const room = new Uint8Array(MOST_MESSAGE_BYTES);
  return room.subarray(0, new TextEncoder().encodeInto(text, room).written);
}

/** What V8 says where the stack is full, in code of a kernel or in ours that it has called. */
const STACK_MESSAGE = "Maximum call stack size exceeded";

/** How a kernel is told to have filled the stack. */
export const STACK_OVERFLOW = "stack overflow: a function calls itself too deep; use a loop";

/**
 * Whether an error says that the stack is full: V8 throws a RangeError then, and no RuntimeError. Any
 * other RangeError is no doing of the kernel's: this thread is out of memory, or has a fault.
 */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === STACK_MESSAGE;
}
