import { once } from "../../async/once.ts";
import type { OpenApiDocument } from "../../openapi/document.ts";
import { EXAMPLE_SITE } from "../../openapi/example_site.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { DOCS_PAGES, type DocsPage } from "../../page/pages.ts";
import { createPageResponse, readingPolicy } from "../answer/page_response.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { siteOf } from "../door/via.ts";
import { queryText, refuseQuery } from "../read/query.ts";
import type { Route, RouteHandler } from "../route.ts";
import { NOT_MODIFIED_DOC } from "./shared_docs.ts";

const OPENAPI_DOC: OperationDoc = {
  id: "getOpenApi",
  tag: "About",
  summary: "The reference as OpenAPI 3.1",
  answers: { 200: { about: "OpenAPI 3.1", content: { "application/json": "OpenAPI" } } },
};

/**
 * The documentation of all routes, for programs and for people.
 *
 * Both are made when a client first asks for them, and only then are the modules loaded that make
 * them: these are large. Each client is told the address by which it knows the server.
 *
 * @param table All routes, these among them; it is read at the first request.
 */
export function createDocumentationRoutes(table: readonly Route[]): Route[] {
  const document = once(async () => {
    const { createDocument } = await import("../../openapi/document.ts");
    return createDocument(table);
  });
  const json = once(async () => JSON.stringify(await document()) + "\n");
  const answerJson = async (request: Request, { via }: RequestScope) => {
    refuseQuery(queryText(request.url));
    const known = (await json()).replaceAll(EXAMPLE_SITE, siteOf(request, via));
    return new Response(placeUnder(known, via.prefix), {
      headers: { "content-type": "application/json", "cache-control": "no-cache" },
    });
  };
  return [
    describedBy("/openapi.json", OPENAPI_DOC, (c, scope) => answerJson(c.req.raw, scope)),
    ...DOCS_PAGES.map((page) => createPageRoute(page, document)),
  ];
}

function createPageRoute(page: DocsPage, document: () => Promise<OpenApiDocument>): Route {
  const { path, id, summary, brief } = page;
  const rendered = once(async () => page.render(await document()));
  const answer = async (request: Request, { via }: RequestScope) => {
    refuseQuery(queryText(request.url));
    const { html, styleHash } = await rendered();
    return createPageResponse(request, {
      text: html.replaceAll(EXAMPLE_SITE, siteOf(request, via)),
      contentType: "text/html; charset=utf-8",
      policy: readingPolicy(styleHash),
    });
  };
  const docs: OperationDoc = {
    id,
    tag: "About",
    summary,
    brief,
    answers: {
      200: {
        about: "A page for people",
        content: { "text/html; charset=utf-8": "text" },
        headers: { etag: "Names these very bytes" },
      },
      304: NOT_MODIFIED_DOC,
    },
  };
  return describedBy(path, docs, (c, scope) => answer(c.req.raw, scope));
}

function describedBy(path: string, docs: OperationDoc, handle: RouteHandler): Route {
  return { path, methods: { GET: { handle, docs } }, access: "everybody" };
}

/** A document names its server by a path, which is that of its own host (OpenAPI 3.1, 4.8.5). */
function placeUnder(document: string, prefix: string): string {
  if (prefix === "") return document;
  return document.replace('"servers":[{"url":"/"', `"servers":[{"url":"${prefix}"`);
}
