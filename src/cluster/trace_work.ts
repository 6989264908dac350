/** Work that a trace shows as a span. */
export interface TracedWork {
  name: string;
  /** The span above it, as `traceparent` of W3C Trace Context. @default {that which is active} */
  parent?: string;
  attributes: Record<string, string | number | boolean | undefined>;
}

/** Runs work within a span of its own, and tells it how others name that span. */
export type TraceWork = <T>(
  work: TracedWork,
  run: (traceparent: string | undefined) => Promise<T>,
) => Promise<T>;

/** Where nobody traces. */
export const UNTRACED: TraceWork = (_, run) => run(undefined);
