import { COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "../../contract/options.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { createPageResponse } from "../answer/page_response.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { siteOf } from "../door/via.ts";
import { preferMedia } from "../read/negotiation.ts";
import type { Route } from "../route.ts";
import type { AssetSource } from "./page_assets.ts";
import { NOT_MODIFIED_DOC } from "./shared_docs.ts";

const TEXT_MEDIA = "text/plain";
const HTML_MEDIA = "text/html";

/** Programs take anything and get the first; browsers ask for the second. */
const MEDIA = [TEXT_MEDIA, HTML_MEDIA];

const WELCOME_DOC: OperationDoc = {
  id: "getWelcome",
  tag: "About",
  summary: "What this is and one line to try; for browsers, the page to count on",
  about: "A page for clients that prefer text/html, as browsers do, and else a text.",
  ignoresQuery: true,
  answers: {
    200: {
      about: "A text for people, or a page",
      content: {
        [`${TEXT_MEDIA}; charset=utf-8`]: "text",
        [`${HTML_MEDIA}; charset=utf-8`]: "text",
      },
      headers: { etag: "Names these very bytes" },
    },
    304: NOT_MODIFIED_DOC,
  },
};

/**
 * `GET /`: what this is and one line to try; or the page on which people count texts, for those who
 * come with a browser. The page is read, and what it takes is loaded, when one first comes.
 *
 * @param table All routes, this one among them; it is read at each request.
 */
export function createWelcomeRoutes(table: readonly Route[], assets: AssetSource): Route[] {
  const answer = async (request: Request, { via }: RequestScope) =>
    preferMedia(request, MEDIA) === HTML_MEDIA
      ? await answerPage(request, assets, via.prefix)
      : await createPageResponse(request, {
        text: formatWelcome(siteOf(request, via), table),
        contentType: `${TEXT_MEDIA}; charset=utf-8`,
        vary: "accept",
      });
  return [{
    path: "/",
    methods: { GET: { handle: (c, scope) => answer(c.req.raw, scope), docs: WELCOME_DOC } },
    access: "everybody",
  }];
}

async function answerPage(
  request: Request,
  assets: AssetSource,
  prefix: string,
): Promise<Response> {
  const { APP_POLICY, renderApp } = await import("../../page/app/app_page.ts");
  return await createPageResponse(request, {
    text: await renderApp(await assets(), prefix),
    contentType: `${HTML_MEDIA}; charset=utf-8`,
    policy: APP_POLICY,
    vary: "accept",
  });
}

/** A line for a shell that shows the server at work. */
export function formatExample(site: string): string {
  return `echo 'to be or not to be' | curl -sT - '${site}/v1/count?top=3'`;
}

function formatWelcome(site: string, table: readonly Route[]): string {
  const { order, format, tokenizer, n } = { ...COUNT_PARAMETERS, ...OUTPUT_PARAMETERS };
  return `Millrace counts words: send a text, get its exact counts.

  ${formatExample(site)}

${formatRoutes(table)}
Query: top, min, max, order=${order.values.join("|")}, case=fold|preserve, format=${
    format.values.join("|")
  },
       tokenizer=${tokenizer.values.join("|")}, n=${n.least}..${n.most}, and more at /docs.
`;
}

/** A line for each method that has a brief, in columns. */
function formatRoutes(table: readonly Route[]): string {
  const rows = table.flatMap(({ path, methods }) =>
    Object.entries(methods)
      .filter(([, { docs }]) => docs.brief !== undefined)
      .map(([method, { docs }]) => ({ method, path, brief: docs.brief }))
  );
  const widest = Math.max(...rows.map(({ path }) => path.length));
  return rows.map(({ method, path, brief }) =>
    `${method.padEnd(6)} ${path.padEnd(widest)}   ${brief}\n`
  ).join("");
}
