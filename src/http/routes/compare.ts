import { ComparedRecords } from "../../algebra/compared_records.ts";
import { formOf } from "../../algebra/comparison_form.ts";
import { type Compared, Comparer, type Comparison, nameOf } from "../../algebra/comparer.ts";
import type { KeptResult } from "../../store/job_record.ts";
import { inPlaceOf } from "../answer/made_result.ts";
import type { StoredResult } from "../answer/result_view.ts";
import { createStoredResponse } from "../answer/stored_result.ts";
import type { AppContext } from "../app_context.ts";
import { parseCompareQuery } from "../read/compare_query.ts";
import { queryText } from "../read/query.ts";
import type { JobHandler } from "./by_job.ts";

/** `GET /v1/jobs/:id/compare`: which keys mark one result against another. */
export function createCompareHandler({ engine, jobs }: AppContext): JobHandler {
  const comparer = new Comparer(engine);
  return async (request, id, { tenant }, { id: requestId, via: { prefix } }) => {
    const { other, comparison, rest } = parseCompareQuery(queryText(request.url));
    const opened: KeptResult[] = [];
    try {
      for (const each of [id, other]) opened.push(await jobs.result(each, tenant));
      const [a, b] = opened;
      const compared = await comparer.compare(a, b, comparison, { tenant, requestId });
      const stored = createStored(a, b, compared, comparison);
      return await createStoredResponse(
        request,
        stored,
        rest,
        (text, options) => engine.toKey(text, options),
        prefix,
      );
    } finally {
      for (const { result } of opened) result.segment.close();
    }
  };
}

/** A comparison in the place of a result of the first job. */
function createStored(
  a: KeptResult,
  b: KeptResult,
  { segment, sizes }: Compared,
  comparison: Comparison,
): StoredResult {
  const finishedAt = Math.max(a.record.finishedAt!, b.record.finishedAt!);
  return inPlaceOf({ ...a, record: { ...a.record, finishedAt } }, segment, {
    name: [nameOf(a), nameOf(b), comparison.measure, comparison.side],
    path: "compare",
    open: (position) => new ComparedRecords(segment, position),
    ...formOf(a, b, sizes, comparison),
  });
}
