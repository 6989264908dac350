import { createPullStream } from "../../async/pull_stream.ts";
import { settledWithin } from "../../async/settled_within.ts";
import { DEFAULT_EVENT_OPTIONS } from "../../contract/event_options.ts";
import type { JobHandle, JobResult } from "../../engine/job_contract.ts";
import { type OutputBlocks, turn } from "../../output/body.ts";
import { JobEvents } from "./job_events.ts";
import { createProblemResponse } from "../answer/problem.ts";
import type { RequestScope } from "../door/request_scope.ts";
import {
  beginEvent,
  EVENT_HEADERS,
  type EventBytes,
  HEARTBEAT,
  HEARTBEAT_TICKS,
  LAST_ID,
  TICK_MS,
  TOP_TICKS,
} from "./sse.ts";

/** How many of the largest counts a listener gets while a count runs. */
const { top: TOP } = DEFAULT_EVENT_OPTIONS;

const EVENT_END = new TextEncoder().encode("\n");

/**
 * The events of a count: its progress while its body still comes in, then its result or its
 * problem. A client that goes away ends the job.
 *
 * @param format Writes the result as one line with its end.
 * @param scope The request's: a problem names its id.
 */
export function createCountEvents(
  job: JobHandle,
  format: (result: JobResult) => OutputBlocks,
  scope: RequestScope,
): Response {
  const events = tell(job, format, scope);
  const next = async () => (await events.next()).value ?? undefined;
  const body = createPullStream<EventBytes>(next, async () => {
    job.cancel();
    await events.return();
  });
  return new Response(body, { headers: EVENT_HEADERS });
}

async function* tell(
  job: JobHandle,
  format: (result: JobResult) => OutputBlocks,
  scope: RequestScope,
): AsyncGenerator<EventBytes, void, void> {
  const events = new JobEvents();
  let silent = 0;
  for (let tick = 0; job.state === "pending" || job.state === "running"; tick++) {
    const event = events.progress({ state: job.state, ...job.counters });
    if (event) {
      yield event;
      silent = 0;
    } else if (++silent % HEARTBEAT_TICKS === 0) {
      yield HEARTBEAT;
    }
    if (silent < TOP_TICKS && tick % TOP_TICKS === 1) { // else nothing has moved since
      const counts = job.peek(TOP);
      if (counts.length > 0) yield events.top(counts, job.shape);
    }
    await settledWithin([job.done], { timeoutMs: TICK_MS });
  }
  let blocks: OutputBlocks;
  try {
    blocks = format(await job.done);
  } catch (error) {
    yield beginEvent("error", LAST_ID);
    yield await createProblemResponse(error, scope).bytes();
    return yield EVENT_END;
  }
  yield beginEvent("result", LAST_ID);
  for (const block of blocks) {
    if (block.length > 0) yield block;
    else await turn();
  }
  yield EVENT_END;
}
