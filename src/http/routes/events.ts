import { hasEnded } from "../../store/job_record.ts";
import type { Caller } from "../door/caller.ts";
import type { AppContext } from "../app_context.ts";
import { encodeEnd, EventHub } from "../events/event_hub.ts";
import { requireEvents } from "../read/negotiation.ts";
import { parseEventsQuery, queryText } from "../read/query.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { EVENT_HEADERS, LAST_ID } from "../events/sse.ts";

/**
 * `GET /v1/jobs/:id/events`: how the job goes on, as server-sent events, until it ends.
 *
 * Every event tells the whole state, so who comes back needs no more than the next one; and who
 * has seen the end is told not to come back (204).
 */
export function createEventsHandler(
  { jobs, gate }: AppContext,
): (request: Request, id: string, caller: Caller, scope: RequestScope) => Promise<Response> {
  const hub = new EventHub(jobs, { leaving: () => gate?.closed ?? false });
  return async (request, id, { tenant }, { via: { prefix } }) => {
    const { top } = parseEventsQuery(queryText(request.url));
    requireEvents(request);
    const status = await jobs.status(id, tenant);
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
