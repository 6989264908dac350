import { hasEnded } from "../../store/job_record.ts";
import { EVENT_STREAM } from "../../contract/media_types.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import type { AppContext } from "../app_context.ts";
import type { Route } from "../route.ts";
import { EventHub } from "../events/event_hub.ts";
import { encodeEnd } from "../events/job_channel.ts";
import { requireEvents } from "../read/negotiation.ts";
import { EVENTS_QUERY, parseEventsQuery, queryText } from "../read/query.ts";
import { EVENT_HEADERS, LAST_ID } from "../events/sse.ts";
import { byJob, type JobHandler } from "./by_job.ts";

const EVENTS_DOC: OperationDoc = {
  id: "getJobEvents",
  tag: "Jobs",
  summary: "How a job goes on, as server-sent events",
  brief: "how it goes on, as server-sent events",
  about:
    "Events `progress`, `top` with the largest counts so far, and one at the job's end. With " +
    "`wait`, the answer may be asked for before the job is begun by PUT.",
  query: EVENTS_QUERY,
  headers: { "last-event-id": "What browsers say when they come again" },
  answers: {
    200: { about: "Events until the job has ended", content: { [EVENT_STREAM]: "text" } },
    204: { about: "There is nothing more to come" },
  },
  problems: ["unknown_job", "not_acceptable"],
};

/** The events of a job. */
export function createEventRoutes(context: AppContext): Route[] {
  return [{
    path: "/v1/jobs/:id/events",
    methods: { GET: { handle: byJob(createEventsHandler(context)), docs: EVENTS_DOC } },
  }];
}

/**
 * `GET /v1/jobs/:id/events`: how the job goes on, as server-sent events, until it ends.
 *
 * Every event tells the whole state: a client that comes back needs no more than the next one. A
 * client that has seen the end is told not to come back (204).
 */
function createEventsHandler({ jobs, gate }: AppContext): JobHandler {
  const hub = new EventHub(jobs, { leaving: () => gate?.closed ?? false });
  return async (request, id, { tenant }, { via: { prefix } }) => {
    const { top, waitMs } = parseEventsQuery(queryText(request.url));
    requireEvents(request);
    const status = await jobs.begun(id, tenant, waitMs);
    const ended = hasEnded(status);
    if (ended && request.headers.get("last-event-id") === LAST_ID) {
      return new Response(null, { status: 204 });
    }
    if (request.method === "HEAD") return new Response(null, { headers: EVENT_HEADERS });
    const body = ended
      ? encodeEnd(status, prefix)
      : hub.listen({ id, tenant, prefix }, status, top);
    return new Response(body, { headers: EVENT_HEADERS });
  };
}
