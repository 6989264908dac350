import { createPullStream } from "../../async/pull_stream.ts";
import { own } from "../../async/own.ts";
import { JobError } from "../../contract/problems.ts";
import type { EachCounter } from "../../each/each_counter.ts";
import { PackReader } from "../../each/pack_reader.ts";
import { ByteSource } from "../../input/source.ts";
import type { Block } from "../../output/body.ts";
import { askForTotals } from "../../output/direct_rows.ts";
import { checkSheetOptions } from "../../output/row_options.ts";
import { compress, negotiateCoding } from "../answer/compression.ts";
import { createProblemResponse } from "../answer/problem.ts";
import { resultHeaders } from "../answer/result_response.ts";
import type { AppContext } from "../app_context.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { checkEachRequest } from "../read/each_options.ts";
import type { CountQuery } from "../read/query.ts";
import { openSentBody } from "../read/sent_body.ts";

type EachHandler = (
  request: Request,
  query: CountQuery,
  scope: RequestScope,
) => Promise<Response>;

/**
 * `POST /v1/count?each=true`: counts each line of the body by itself and answers with a line for
 * each, in their order, while the body streams in.
 *
 * What goes wrong before the first answers is the response. Later it is a last line without the
 * number of a line, for the status has been sent.
 */
export function createEachHandler(
  context: Pick<AppContext, "options" | "gate">,
  counter: EachCounter,
): EachHandler {
  const { options, gate } = context;
  return async (request, query, scope) => {
    const { count, body: { decompress }, output } = query;
    checkEachRequest(request, query);
    checkSheetOptions(output, "ndjson");
    const coding = negotiateCoding(request);
    const reading = { failure: "Cannot count each line", decompress };
    const { content, limits } = openSentBody(request, options, reading);
    const packs = new PackReader(new ByteSource(content, limits), {
      charset: count.charset,
      invalid: count.invalid,
    });
    const onlyTotals = output.only === "totals";
    const asked = onlyTotals ? askForTotals(count, false) : count;
    const answers = counter.count(packs, asked, onlyTotals);
    const first = await answers.next();
    if (first.done) throw new JobError("empty_body", "Cannot count: the body has no line");
    const ended = Promise.withResolvers<void>();
    gate?.hold(ended.promise);
    const blocks: Block[] = first.value;
    const next = async (): Promise<Block | undefined> => {
      for (;;) {
        const block = blocks.shift();
        if (block) return block;
        const { value } = await answers.next().catch(async (error) => ({
          value: [await createProblemResponse(error, scope).bytes()],
        }));
        if (value) blocks.push(...value);
        else return void ended.resolve();
      }
    };
    const stream = createPullStream(next, () => {
      ended.resolve();
      own(packs.return()); // a read that waits is ended, for the iteration waits for it
      own(answers.return());
    });
    const headers = resultHeaders({ output: { ...output, format: "ndjson" } });
    if (coding === undefined) return new Response(stream, { headers });
    headers["content-encoding"] = coding;
    return new Response(compress(stream, coding), { headers });
  };
}
