import type { Caller } from "../door/caller.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { siteOf } from "../door/via.ts";

/** `GET /`: what this is and one line to try. */
export function createHelpHandler(): (
  request: Request,
  caller: Caller,
  scope: RequestScope,
) => Response {
  return (request, _, { via }) =>
    new Response(formatWelcome(siteOf(request, via)), {
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
}

/** A line for a shell that shows the server at work. */
export function formatExample(site: string): string {
  return `echo 'to be or not to be' | curl -sT - '${site}/v1/count?top=3'`;
}

function formatWelcome(site: string): string {
  return `Millrace counts words: send a text, get its exact counts.

  ${formatExample(site)}

POST   /v1/count             count the body and answer with the result (PUT does the same)
POST   /v1/jobs              count in the background: 202 and a job
GET    /v1/jobs/:id          how far a job is
GET    /v1/jobs/:id/result   its counts
GET    /v1/jobs/:id/events   how it goes on, as server-sent events
DELETE /v1/jobs/:id          cancel or forget it
GET    /v1/kernels           what can be counted, and how
GET    /readyz               whether the server takes work
GET    /docs                 all of this at length, for a browser; /openapi.json for programs

Query: top, min, order=count|key, case=fold|preserve, format=json|ndjson|csv|tsv|arrow,
       tokenizer=unicode|whitespace|ascii|lines|icu, n=1..5, and more at /docs.
`;
}
