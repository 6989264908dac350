import type { CountEngine } from "../../engine/count_engine.ts";
import type { JobHandle, JobResult } from "../../engine/job_contract.ts";
import type { CountOptions, OutputOptions } from "../../contract/options.ts";
import { asksRecords } from "../../contract/record_question.ts";
import { refuseBesideKernel } from "../../contract/value_options.ts";
import { closingSegment } from "../../output/closing.ts";
import { type DocumentParts, jsonBlocks, totalsBlocks } from "../../output/json.ts";
import { EachCounter } from "../../each/each_counter.ts";
import type { Caller } from "../door/caller.ts";
import { negotiateCoding } from "../answer/compression.ts";
import type { AppContext } from "../app_context.ts";
import { COUNT_PATH } from "../count_path.ts";
import { byRequest, type Route } from "../route.ts";
import { createCountEvents } from "../events/count_events.ts";
import { createCutHeaders } from "../answer/cut_headers.ts";
import { askFor, askForTotals, countRows, selectRows } from "../../output/direct_rows.ts";
import { HeldAnswers } from "../answer/held_answers.ts";
import { completeWith, createSubmissionOpener } from "../../intake/open_submission.ts";
import { wantsEvents } from "../read/negotiation.ts";
import { requireWhole } from "../read/request_headers.ts";
import {
  chooseOutput,
  formatEcho,
  parseCountNowQuery,
  queryText,
  withLists,
} from "../read/query.ts";
import { applyContentType, giveUp, readSubmission } from "../read/submission.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { createResultResponse, createTotalsResponse } from "../answer/result_response.ts";
import { checkOnly, checkSheetOptions, createRowStyle } from "../../output/row_options.ts";
import { createEachHandler } from "./count_each.ts";
import { COUNT_BY_PUT_DOC, COUNT_DOC } from "./count_docs.ts";

/** What counting in one request takes of a server. */
export interface CountContext
  extends Pick<AppContext, "kernels" | "grouper" | "options" | "each" | "gate"> {
  engine: Pick<CountEngine, "workers" | "submit" | "scratchPath">;
}

/** Counting in one request. */
export function createCountRoutes(context: CountContext): Route[] {
  const count = createCountHandler(context);
  const countWhole: typeof count = (request, ...rest) => {
    requireWhole(request);
    return count(request, ...rest);
  };
  return [{
    path: COUNT_PATH,
    methods: {
      POST: { handle: byRequest(count), docs: COUNT_DOC },
      PUT: { handle: byRequest(countWhole), docs: COUNT_BY_PUT_DOC },
    },
  }];
}

/**
 * `POST /v1/count`: counts the body while it streams in and answers with the result. A client that
 * prefers events gets the progress first.
 *
 * A client that goes away breaks the stream of its body, and that ends the job. User code may run
 * long behind the body's end: there the signal of the request ends the job as well. Without
 * `no-legacy-abort`, Deno warns of that once, and aborts after success too, when no job is left.
 */
function createCountHandler(
  context: CountContext,
): (request: Request, caller: Caller, scope: RequestScope) => Promise<Response> {
  const { engine, kernels, grouper, options } = context;
  const open = createSubmissionOpener(options, giveUp);
  const answers = new HeldAnswers({ scratchPath: () => engine.scratchPath?.() });
  const countEach = createEachHandler(context, context.each ?? new EachCounter(engine.workers));
  return async (request, { tenant }, scope) => {
    const asked = applyContentType(request, parseCountNowQuery(queryText(request.url)));
    if (asked.each) return await countEach(request, withLists(asked, {}), scope);
    const events = !asked.namesFormat && wantsEvents(request);
    const output = events ? asked.output : chooseOutput(request, asked);
    checkSheetOptions(output, output.format);
    checkOnly(output);
    if (!events) negotiateCoding(request); // refuses before anything is counted
    const choice = asked.kernel && await kernels.choose(asked.kernel, tenant);
    const kernel = choice && await kernels.prepare(choice, tenant);
    if (kernel) refuseBesideKernel({ count: asked.count, output }, kernel);
    const opened = open(readSubmission(request, asked, choice));
    const query = await completeWith(opened, (lists) => withLists(asked, lists));
    const mayBeOfValues = query.kernel !== undefined || asksRecords(query.count);
    const count = output.only === "totals"
      ? askForTotals(query.count, mayBeOfValues)
      : askFor(query.count);
    const { input, limits, short } = opened;
    const text = short ? await short : input;
    const terms = { tenant, requestId: scope.id, readOnce: true, kernel, inline: !events };
    const submitted = { ...limits, ...terms };
    const job = count.group === ""
      ? engine.submit(text, count, submitted)
      : await grouper.submit(text, count, submitted);
    scope.jobId = job.id;
    if (kernel) endWithClient(request, job);
    if (events) {
      context.gate?.hold(job.done);
      const format = (result: JobResult) => {
        answers.hold(result.segment);
        if (output.only === "totals") return closingSegment(totalsBlocks(result), result);
        const parts = createParts(formatEcho(query, job, choice), output, result);
        return closingSegment(jsonBlocks(result, selectRows(result, query.count), parts), result);
      };
      return createCountEvents(job, format, scope);
    }
    const result = await job.done;
    answers.hold(result.segment);
    if (output.only === "totals") return createTotalsResponse(request, { result, output });
    const parts = createParts(formatEcho(query, job, choice), output, result);
    const headers = output.format === "json" ? undefined : await describeCut(result, query.count);
    const selection = selectRows(result, query.count);
    return createResultResponse(request, { result, selection, parts, output, headers });
  };
}

/** A job that has ended stays as it is. */
function endWithClient({ signal }: Request, job: JobHandle): void {
  signal.addEventListener("abort", () => job.cancel("the client went away"), { once: true });
}

function createParts(
  options: string,
  output: OutputOptions,
  result: JobResult,
): DocumentParts {
  return { options, style: createRowStyle(output, result) };
}

/** Headers that say what rows are shown; if that fails, nothing of the result is left. */
async function describeCut(result: JobResult, count: CountOptions) {
  try {
    return createCutHeaders(result, await countRows(result, count));
  } catch (error) {
    result.segment.close();
    throw error;
  }
}
