import { type Attributes, type Context, context, SpanStatusCode, trace } from "@opentelemetry/api";
import { VERSION } from "../version.ts";
import type { JobObserver, ObservedJob, StageMarks } from "../engine/job_contract.ts";

export { traceWork } from "./trace_work.ts";

const tracer = trace.getTracer("millrace", VERSION);

/** Names the span that Deno opens for each request. */
export type RouteNamer = (method: string, route: string, requestId: string | undefined) => void;

/** Names the request's span by its route, which Deno cannot know. */
export const nameRequestSpan: RouteNamer = (method, route, requestId) => {
  const span = trace.getActiveSpan();
  if (span === undefined) return;
  span.updateName(`${method} ${route}`);
  span.setAttributes({ "http.route": route, "millrace.request.id": requestId });
};

/**
 * Records a span per job, below the span that was active at its submission, and a span per stage of
 * the job. It makes them when the job has ended, from the times in the job's marks, so that a job
 * costs the same with and without traces.
 */
export function createJobTracer(): JobObserver {
  const parents = new WeakMap<ObservedJob, Context>();
  return {
    submitted: (job) => void parents.set(job, context.active()),
    ended: (job) => recordJob(job, parents.get(job) ?? context.active(), performance.now()),
  };
}

function recordJob(job: ObservedJob, parent: Context, endedAt: number): void {
  const startTime = toTime(job.marks.submitted);
  const span = tracer.startSpan("job", { startTime, attributes: attributesOf(job) }, parent);
  const below = trace.setSpan(parent, span);
  for (const [name, from, to] of stagesOf(job.marks, endedAt)) {
    const stage = tracer.startSpan(name, { startTime: toTime(from) }, below);
    stage.end(toTime(to));
  }
  const { failure } = job;
  if (failure && failure.status >= 500) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  }
  span.end(toTime(endedAt));
}

function attributesOf(
  { id, requestId, state, options, counters, failure }: ObservedJob,
): Attributes {
  return {
    "millrace.job.id": id,
    "millrace.request.id": requestId,
    "millrace.job.state": state,
    "millrace.job.tokenizer": options.tokenizer,
    "millrace.job.bytes": counters.bytes,
    "millrace.job.chunks": counters.chunks,
    "millrace.job.tokens": counters.tokens,
    "error.type": failure?.code,
  };
}

/**
 * The stages that a job came through, each until its end or the job's. Reading and mapping overlap.
 */
function stagesOf(marks: Readonly<StageMarks>, endedAt: number): [string, number, number][] {
  const { submitted, firstByte, lastByte, mapped, reduced } = marks;
  const stages: [string, number, number][] = [
    ["read", submitted, lastByte],
    ["map", firstByte, mapped],
    ["reduce", mapped, reduced],
    ["finish", reduced, endedAt],
  ];
  return stages.filter(([, from]) => from > 0).map((
    [name, from, to],
  ) => [name, from, to || endedAt]);
}

/** From the clock of the process to the world's, in milliseconds. */
function toTime(mark: number): number {
  return performance.timeOrigin + mark;
}
