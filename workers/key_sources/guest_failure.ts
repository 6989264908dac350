import { KERNEL_TRAPPED } from "../../src/shared/task_status.ts";

/** Most bytes of a message of a user kernel. */
export const MOST_MESSAGE_BYTES = 1024;

/** Why a user kernel cannot go on, by its own word or by what it has emitted. */
export class GuestFailure extends Error {
  /** One of KERNEL_*, or INVALID_UTF8. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
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
