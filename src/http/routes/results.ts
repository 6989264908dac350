import { submitList } from "../../algebra/submit_list.ts";
import { Merger } from "../../algebra/merger.ts";
import { completeCountOptions, DEFAULT_OUTPUT_OPTIONS } from "../../contract/options.ts";
import { createJobId } from "../../store/job_record.ts";
import type { AppContext } from "../app_context.ts";
import { readMerge, readMergeBody } from "../read/sent_merge.ts";
import { openSentList } from "../read/sent_list.ts";
import { parseListOfCountsQuery, queryText, refuseQuery } from "../read/query.ts";
import { beginFingerprint } from "../read/submission.ts";
import { byRequest, type Route } from "../route.ts";
import { byJob } from "./by_job.ts";
import { createCollocationsHandler } from "./collocations.ts";
import { createCompareHandler } from "./compare.ts";
import { createPartHandler } from "./parts.ts";
import {
  APPEND_PART_DOC,
  COLLOCATIONS_DOC,
  COMPARE_DOC,
  MERGE_RESULTS_DOC,
  SEND_LEMMAS_DOC,
  SEND_RESULT_DOC,
} from "./results_docs.ts";
import { type Begin, createAcceptance, createKeyedHandlers } from "./submit_job.ts";

/** Results that are made of other results, and of lists that clients have. */
export function createResultRoutes(context: AppContext): Route[] {
  const keep = (rows: "counts" | "lemmas") =>
    createKeyedHandlers(context, createAcceptance(context, createList(context, rows)), 201);
  const merges = createKeyedHandlers(context, createAcceptance(context, createMerge(context)));
  return [
    {
      path: "/v1/results",
      methods: { POST: { handle: byRequest(keep("counts").post), docs: SEND_RESULT_DOC } },
    },
    {
      path: "/v1/lemmas",
      methods: { POST: { handle: byRequest(keep("lemmas").post), docs: SEND_LEMMAS_DOC } },
    },
    {
      path: "/v1/results/merge",
      methods: { POST: { handle: byRequest(merges.post), docs: MERGE_RESULTS_DOC } },
    },
    {
      path: "/v1/jobs/:id/parts",
      methods: { POST: { handle: byJob(createPartHandler(context)), docs: APPEND_PART_DOC } },
    },
    {
      path: "/v1/jobs/:id/collocations",
      methods: {
        GET: { handle: byJob(createCollocationsHandler(context)), docs: COLLOCATIONS_DOC },
      },
    },
    {
      path: "/v1/jobs/:id/compare",
      methods: { GET: { handle: byJob(createCompareHandler(context)), docs: COMPARE_DOC } },
    },
  ];
}

/** Gives the function that begins to put the results together that a body names. */
function createMerge({ engine, jobs, options }: AppContext): Begin {
  const merger = new Merger(engine, jobs);
  return async (request, { caller: { tenant }, id: requestId }, hold) => {
    refuseQuery(queryText(request.url));
    const fingerprint = hold && beginFingerprint(request);
    const bytes = await readMergeBody(request, options);
    fingerprint?.update(bytes);
    const merge = readMerge(bytes);
    const id = createJobId();
    const begun = await merger.begin(merge, { id, tenant, requestId });
    return {
      ...begun,
      id,
      merge,
      arrived: () => Promise.resolve({ fingerprint: fingerprint?.digest() }),
    };
  };
}

/** Gives the function that makes a result of a list, of which nothing is kept until it is whole. */
function createList({ engine, options }: AppContext, rows: "counts" | "lemmas"): Begin {
  return (request, { caller: { tenant }, id: requestId }, hold) => {
    const { count, output } = readListQuery(queryText(request.url), rows);
    const fingerprint = hold && beginFingerprint(request);
    const list = openSentList(request, options, rows, fingerprint);
    const id = createJobId();
    const job = submitList(engine, list, count, { id, tenant, requestId });
    return Promise.resolve({
      id,
      job,
      options: count,
      output,
      arrived: async () => {
        await job.done;
        return { fingerprint: fingerprint?.digest() };
      },
    });
  };
}

/** Forms of lemmas stay as they are until they are looked up: in the form of other keys then. */
function readListQuery(query: string, rows: "counts" | "lemmas") {
  if (rows === "counts") return parseListOfCountsQuery(query);
  refuseQuery(query);
  return { count: completeCountOptions({ case: "preserve" }), output: DEFAULT_OUTPUT_OPTIONS };
}
