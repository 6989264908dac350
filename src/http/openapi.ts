import type { DocumentedRoute } from "../openapi/operation.ts";
import { queryText, refuseQuery } from "./query.ts";

type Handle = (request: Request) => Promise<Response>;

/** What a page of ours may load: its own style, and nothing from anywhere. */
const PAGE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; style-src ";

/**
 * `GET /openapi.json` and `GET /docs`: the table of routes as an OpenAPI document, and that as a
 * page. Both are made when first asked for, and so is what makes them loaded: it is large.
 *
 * @param routes Gives the table, which these two stand in themselves.
 */
export function createDocumentHandlers(
  routes: () => readonly DocumentedRoute[],
): { document: Handle; page: Handle } {
  const document = once(async () => {
    const { createDocument } = await import("../openapi/document.ts");
    return createDocument(routes());
  });
  const json = once(async () => JSON.stringify(await document()) + "\n");
  const page = once(async () => {
    const { renderPage } = await import("../openapi/page.ts");
    return await renderPage(await document());
  });
  return {
    document: async (request) => {
      refuseQuery(queryText(request.url));
      return new Response(await json(), {
        headers: { "content-type": "application/json", "cache-control": "no-cache" },
      });
    },
    page: async (request) => {
      refuseQuery(queryText(request.url));
      const { html, styleHash } = await page();
      return new Response(html, {
        headers: {
          "content-type": "text/html; charset=utf-8",
          "cache-control": "no-cache",
          "content-security-policy": `${PAGE_POLICY}'${styleHash}'`,
        },
      });
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
}
