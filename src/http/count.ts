import type { JobResult } from "../engine/types.ts";
import { jsonBlocks } from "../output/json.ts";
import { Selection } from "../output/selection.ts";
import { applyContentType, createInputReader } from "./body.ts";
import type { Caller } from "./caller.ts";
import { negotiateCoding } from "./compression.ts";
import type { AppContext } from "./context.ts";
import { createCountEvents } from "./count_events.ts";
import { wantsEvents } from "./negotiation.ts";
import { chooseOutput, formatEcho, parseCountQuery, queryText } from "./query.ts";
import type { RequestScope } from "./request_scope.ts";
import { closing, createResultResponse } from "./result_response.ts";

/**
 * `POST /v1/count`: counts the body while it streams in and answers with the result; with its
 * progress before, if the client prefers events.
 *
 * The request's signal is not watched: it also aborts after success. A client that goes away
 * breaks its body's stream, and that ends the job.
 */
export function createCountHandler(
  context: AppContext,
): (request: Request, caller: Caller, scope: RequestScope) => Promise<Response> {
  const { engine, options } = context;
  const readInput = createInputReader(options);
  return async (request, { tenant }, scope) => {
    const query = applyContentType(request, parseCountQuery(queryText(request.url)));
    const events = !query.namesFormat && wantsEvents(request);
    const output = events ? query.output : chooseOutput(request, query);
    if (!events) negotiateCoding(request); // refuses before anything is counted
    const { input, limits, short } = readInput(request, query);
    const text = short ? await short : input;
    const job = engine.submit(text, query.count, { ...limits, tenant, requestId: scope.id });
    scope.jobId = job.id;
    if (events) {
      context.gate?.hold(job.done);
      const format = (result: JobResult) =>
        jsonBlocks(result, selectAll(result), { options: formatEcho(query, job) });
      return createCountEvents(job, (result) => closing(format(result), result), scope);
    }
    const result = await job.done;
    const parts = { options: formatEcho(query, job) };
    return createResultResponse(request, { result, selection: selectAll(result), parts, output });
  };
}

/** The engine has applied `top`, `min` and `prefix` already. */
function selectAll({ segment }: JobResult): Selection {
  return new Selection(segment.records(), { top: 0, min: 0, order: "count" });
}
