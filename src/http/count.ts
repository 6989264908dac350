import { loadStopWords } from "../stop_words.ts";
import { applyContentType, createInputLimits, takeBody } from "./body.ts";
import type { Caller } from "./caller.ts";
import type { AppContext } from "./context.ts";
import { parseCountQuery, queryText } from "./query.ts";
import { createResultResponse } from "./result_response.ts";

/**
 * `POST /v1/count`: counts the body while it streams in and answers with the result.
 *
 * The request's signal is not watched: it also aborts after success. A client that goes away
 * breaks its body's stream, and that ends the job.
 */
export function createCountHandler(
  context: AppContext,
): (request: Request, caller: Caller) => Promise<Response> {
  const { engine, options } = context;
  const limitsOf = createInputLimits(options);
  return async (request, { tenant }) => {
    const query = applyContentType(request, parseCountQuery(queryText(request.url)));
    const limits = limitsOf(request);
    const body = takeBody(request, limits);
    const count = query.count.stop.length > 0 ? await loadStopWords(query.count) : query.count;
    const result = await engine.submit(body, count, { ...limits, tenant }).done;
    // The engine has applied `top` and `min` already.
    const cut = { top: 0, min: 0, order: count.order };
    return createResultResponse(result, query.echo, query.output, cut);
  };
}
