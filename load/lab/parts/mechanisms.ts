import type { Crew } from "./crew.ts";
import { startLocal } from "./local_crew.ts";
import { startMessages } from "./message_crew.ts";
import { startProcesses } from "./process_crew.ts";
import { startShared } from "./shared_crew.ts";

/** The ways to have work done at the same time, by what the table calls them. */
export const MECHANISMS = {
  "one event loop": startLocal,
  "Workers, clone": (workers: number) => startMessages(workers, false),
  "Workers, transfer": (workers: number) => startMessages(workers, true),
  "Workers, shared memory": startShared,
  "subprocesses": startProcesses,
} satisfies Record<string, (workers: number) => Promise<Crew>>;

/** One of them. */
export type MechanismName = keyof typeof MECHANISMS;

/** The mechanism that has no workers. */
export const ONE_LOOP: MechanismName = "one event loop";
