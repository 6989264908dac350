import { formOfPairs } from "../../algebra/collocation_form.ts";
import { CollocationRecords, Collocator, type Scoring } from "../../algebra/collocator.ts";
import { nameOf } from "../../algebra/comparer.ts";
import { COLLOCATION_PARAMETERS } from "../../contract/collocation_options.ts";
import type { KeptResult } from "../../store/job_record.ts";
import { inPlaceOf } from "../answer/made_result.ts";
import type { StoredResult } from "../answer/result_view.ts";
import { createStoredResponse } from "../answer/stored_result.ts";
import type { AppContext } from "../app_context.ts";
import { parseQuery } from "../read/parse_query.ts";
import { queryText, type ResultQuery } from "../read/query.ts";
import type { JobHandler } from "./by_job.ts";

/** `GET /v1/jobs/:id/collocations`: which words attract each other. */
export function createCollocationsHandler({ engine, jobs }: AppContext): JobHandler {
  const collocator = new Collocator(engine);
  return async (request, id, { tenant }, { id: requestId, via: { prefix } }) => {
    const { scoring, rest } = parseCollocationQuery(queryText(request.url));
    const kept = await jobs.result(id, tenant);
    try {
      const segment = await collocator.score(kept, scoring, { tenant, requestId });
      return await createStoredResponse(
        request,
        createStored(kept, segment, scoring),
        rest,
        (text, options) => engine.toKey(text, options),
        prefix,
      );
    } finally {
      kept.result.segment.close();
    }
  };
}

function parseCollocationQuery(query: string): { scoring: Scoring; rest: ResultQuery } {
  const { score, min, ...rest } = parseQuery(query, COLLOCATION_PARAMETERS) as
    & Partial<Scoring>
    & ResultQuery;
  const { score: byScore, min: least } = COLLOCATION_PARAMETERS;
  return { scoring: { score: score ?? byScore.default, min: min ?? least.default }, rest };
}

/** Scored pairs in the place of the job's result. */
function createStored(
  kept: KeptResult,
  segment: KeptResult["result"]["segment"],
  { score, min }: Scoring,
): StoredResult {
  return inPlaceOf(kept, segment, {
    name: [nameOf(kept), score, min],
    path: "collocations",
    open: (position) => new CollocationRecords(segment, position),
    ...formOfPairs(kept, { score, min }),
  });
}
