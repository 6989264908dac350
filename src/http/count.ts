import { Selection } from "../output/selection.ts";
import { loadStopWords } from "../stop_words.ts";
import { applyContentType, createInputReader } from "./body.ts";
import type { Caller } from "./caller.ts";
import type { AppContext } from "./context.ts";
import { chooseOutput, parseCountQuery, queryText } from "./query.ts";
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
  const readInput = createInputReader(options);
  return async (request, { tenant }) => {
    const query = applyContentType(request, parseCountQuery(queryText(request.url)));
    const output = chooseOutput(request, query);
    const { input, limits } = readInput(request);
    const count = query.count.stop.length > 0 ? await loadStopWords(query.count) : query.count;
    const result = await engine.submit(input, count, { ...limits, tenant }).done;
    // The engine has applied `top`, `min` and `prefix` already.
    const selection = new Selection(result.segment.records(), { top: 0, min: 0, order: "count" });
    const parts = { options: query.echo };
    return createResultResponse(request, { result, selection, parts, output });
  };
}
