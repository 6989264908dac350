import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
  TraceFlags,
} from "@opentelemetry/api";
import { JobError } from "../contract/problems.ts";
import { VERSION } from "../version.ts";

const tracer = trace.getTracer("millrace", VERSION);

/** Version 00 of https://www.w3.org/TR/trace-context/#traceparent-header. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Runs work within a span of its own, which is the parent of what it traces and asks for in turn.
 *
 * @param work.parent The span above it, of another process. @default {that which is active}
 * @param run Is told how other processes name the span.
 */
export async function traceWork<T>(
  { name, parent, attributes }: { name: string; parent?: string; attributes: Attributes },
  run: (traceparent: string) => Promise<T>,
): Promise<T> {
  const above = parent === undefined ? context.active() : readParent(parent);
  const span = tracer.startSpan(name, { attributes }, above);
  try {
    return await context.with(trace.setSpan(above, span), () => run(nameOf(span)));
  } catch (error) {
    noteFailure(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function readParent(traceparent: string): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function nameOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/** What is the client's doing is no error, as in spans of jobs. */
function noteFailure(span: Span, error: unknown): void {
  const code = error instanceof JobError ? error.code : "internal";
  span.setAttribute("error.type", code);
  if (error instanceof JobError && error.status < 500) return;
  const message = error instanceof Error ? error.message : String(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
