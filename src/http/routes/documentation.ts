import type { DocumentedRoute } from "../../openapi/operation.ts";
import type { Caller } from "../door/caller.ts";
import { queryText, refuseQuery } from "../read/query.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { siteOf } from "../door/via.ts";

type Handle = (request: Request, caller: Caller, scope: RequestScope) => Promise<Response>;

/** What a page of ours may load: its own style, and nothing from anywhere. */
const PAGE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; style-src ";

/**
 * `GET /openapi.json` and `GET /docs`: the table of routes as an OpenAPI document, and that as a
 * page. Both are made when first asked for, and so is what makes them loaded: it is large. Where the
 * server is, each client is told as it knows it.
 *
 * @param routes Gives the table, which these two stand in themselves.
 */
export function createDocumentHandlers(
  routes: () => readonly DocumentedRoute[],
): { document: Handle; page: Handle } {
  const document = once(async () => {
    const { createDocument, EXAMPLE_SITE } = await import("../../openapi/document.ts");
    return { content: createDocument(routes()), site: EXAMPLE_SITE };
  });
  const json = once(async () => {
    const { content, site } = await document();
    return { text: JSON.stringify(content) + "\n", site };
  });
  const page = once(async () => {
    const { renderPage } = await import("../../page/docs_page.ts");
    const { content, site } = await document();
    return { ...await renderPage(content), site };
  });
  return {
    document: async (request, _, { via }) => {
      refuseQuery(queryText(request.url));
      const { text, site } = await json();
      const known = text.replaceAll(site, siteOf(request, via));
      return new Response(placeUnder(known, via.prefix), {
        headers: { "content-type": "application/json", "cache-control": "no-cache" },
      });
    },
    page: async (request, _, { via }) => {
      refuseQuery(queryText(request.url));
      const { html, styleHash, site } = await page();
      return new Response(html.replaceAll(site, siteOf(request, via)), {
        headers: {
          "content-type": "text/html; charset=utf-8",
          "cache-control": "no-cache",
          "content-security-policy": `${PAGE_POLICY}'${styleHash}'`,
        },
      });
    },
  };
}

/** A document names its server by a path, which is that of its own host (OpenAPI 3.1, 4.8.5). */
function placeUnder(document: string, prefix: string): string {
  if (prefix === "") return document;
  return document.replace('"servers":[{"url":"/"', `"servers":[{"url":"${prefix}"`);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
}
