import { RING_OFFSET } from "../../assembly/layout.ts";
import type { TaskQueueRegion } from "../../src/queue/task_queue.ts";

/** Where the stress test keeps its words: byte 0 is the doorbell. */
export const STOP_AT = 128;
export const RING_CAPACITY = 16;
export const QUEUE_REGION: TaskQueueRegion = {
  head: 256,
  tail: 384,
  bell: 512,
  waiters: 640,
  slots: 1024,
  capacity: 4,
};
export const RING_BASES = [4096, 4096 + RING_OFFSET + 2048];
export const TOTAL_BYTES = 4096 + 2 * (RING_OFFSET + 2048);

/** A value that only this part has. */
export const checksum = (part: number): number => Math.imul(part ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
