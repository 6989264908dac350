import { Merger } from "../../algebra/merger.ts";
import { mergeTerms } from "../../algebra/mergeable.ts";
import type { OptionLists } from "../../contract/body_lists.ts";
import type { CountOptions } from "../../contract/options.ts";
import { JobError } from "../../contract/problems.ts";
import { digest } from "../../digest.ts";
import { createContentLimits } from "../../intake/intake_options.ts";
import { applyMediaCharset } from "../../intake/media_charset.ts";
import { createTakeIn } from "../../intake/take_in.ts";
import { isAppended, requireAppendable } from "../../jobs/job_appends.ts";
import type { JobRecord, KeptResult } from "../../store/job_record.ts";
import { createJobResponse, describeJob } from "../answer/job_document.ts";
import type { AppContext } from "../app_context.ts";
import { parsePartQuery } from "../read/part_query.ts";
import { queryText } from "../read/query.ts";
import { readIdempotencyKey } from "../read/request_headers.ts";
import { beginFingerprint, giveUp, lengthOf, readSubmission } from "../read/submission.ts";
import type { JobHandler } from "./by_job.ts";

/**
 * `POST /v1/jobs/:id/parts`: counts the body as the job was counted, and appends that to its result,
 * once for each key of the client's.
 */
export function createPartHandler(context: AppContext): JobHandler {
  const { engine, jobs } = context;
  const merger = new Merger(engine, jobs);
  const takeIn = createTakeIn({ ...context, giveUp });
  const limitsOf = createContentLimits(context.options, giveUp);
  return async (request, id, { tenant }, { id: requestId, via: { prefix } }) => {
    const { body, charset } = parsePartQuery(queryText(request.url));
    const name = requireKey(request);
    const key = await digest(name);
    const record = await jobs.status(id, tenant);
    const answer = (job: JobRecord) => createJobResponse(describeJob(job, prefix));
    const fingerprint = beginFingerprint(request);
    if (record.parts?.some((part) => part.key === key)) {
      const read = await fingerprint.read(request.body, limitsOf(lengthOf(request.headers)));
      isAppended(record, { name, key, fingerprint: await digest(read) });
      return answer(record);
    }
    requireAppendable(record);
    mergeTerms(record.result!.values); // before anything is counted
    const { options, output, kernel } = record;
    const count = charset === undefined
      ? applyMediaCharset(options, request.headers.get("content-type") ?? "")
      : { ...options, charset };
    const complete = (lists: OptionLists) => refuseLists(lists, count);
    const submission = readSubmission(request, { count, body, output }, kernel, complete);
    const { job, arrived } = await takeIn(submission, { tenant, requestId, fingerprint });
    const { fingerprint: read = "" } = await arrived();
    const part = await job.done;
    try {
      const appended = { name, key, fingerprint: await digest(read) };
      const join = (to: KeptResult) => {
        part.segment.retain(); // a join may have to be made again
        return merger.join(to, part, { tenant, requestId });
      };
      return answer(await jobs.append(id, tenant, appended, join));
    } finally {
      part.segment.close();
    }
  };
}

/** @throws {JobError} `invalid_parameter` for options: a part has those of its job. */
function refuseLists(lists: OptionLists, count: CountOptions): CountOptions {
  const [name] = Object.keys(lists);
  if (name === undefined) return count;
  const message = `Cannot use '${name}' of the body: a part is counted as its job was`;
  throw new JobError("invalid_parameter", message, { details: { parameter: name } });
}

/** @throws {JobError} `invalid_header` where there is no key: nobody could tell a second try. */
function requireKey(request: Request): string {
  const name = readIdempotencyKey(request);
  if (name !== undefined) return name;
  const allowed = "a name for this part, such as a UUID";
  throw new JobError(
    "invalid_header",
    "Cannot append: there is no Idempotency-Key, by which a part that is sent again counts once",
    { details: { header: "idempotency-key", value: "", allowed } },
  );
}
