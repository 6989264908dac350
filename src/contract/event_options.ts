import type { Parameter } from "./parameters.ts";

/** What is told while a job runs. */
export interface EventOptions {
  /** How many of the largest counts; 0 for none. @default {10} */
  top: number;
}

/** Every option of events, its default and its bounds: once. */
export const EVENT_PARAMETERS = {
  top: { kind: "integer", least: 0, most: 100, default: 10, about: "Largest counts to tell" },
} as const satisfies Record<keyof EventOptions, Parameter>;

/** How events are sent where nothing is said. */
export const DEFAULT_EVENT_OPTIONS: EventOptions = Object.freeze({
  top: EVENT_PARAMETERS.top.default,
});
