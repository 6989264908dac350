import type { OpenApiDocument } from "../../openapi/document.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { type DocsPage, PAGES } from "../../page/pages.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { siteOf } from "../door/via.ts";
import { queryText, refuseQuery } from "../read/query.ts";
import type { Route, RouteHandler } from "../route.ts";

const OPENAPI_DOC: OperationDoc = {
  id: "getOpenApi",
  tag: "About",
  summary: "This document",
  answers: { 200: { about: "OpenAPI 3.1", content: { "application/json": "OpenAPI" } } },
};

/** What a page may load: its own style, and nothing from anywhere. */
const PAGE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; style-src ";

/**
 * The documentation of all routes, for programs and for people.
 *
 * Both are made when a client first asks for them, and only then are the modules loaded that make
 * them: these are large. Each client is told the address by which it knows the server.
 *
 * @param table All routes, these among them; it is read at the first request.
 */
export function createDocumentationRoutes(table: readonly Route[]): Route[] {
  const document = once(async (): Promise<SitedDocument> => {
    const { createDocument, EXAMPLE_SITE } = await import("../../openapi/document.ts");
    return { content: createDocument(table), site: EXAMPLE_SITE };
  });
  const json = once(async () => {
    const { content, site } = await document();
    return { text: JSON.stringify(content) + "\n", site };
  });
  const answerJson = async (request: Request, { via }: RequestScope) => {
    refuseQuery(queryText(request.url));
    const { text, site } = await json();
    const known = text.replaceAll(site, siteOf(request, via));
    return new Response(placeUnder(known, via.prefix), {
      headers: { "content-type": "application/json", "cache-control": "no-cache" },
    });
  };
  return [
    describedBy("/openapi.json", OPENAPI_DOC, (c, scope) => answerJson(c.req.raw, scope)),
    ...PAGES.map((page) => createPageRoute(page, document)),
  ];
}

/** The document that everything is made from, and where the server is in its examples. */
interface SitedDocument {
  content: OpenApiDocument;
  site: string;
}

function createPageRoute(page: DocsPage, document: () => Promise<SitedDocument>): Route {
  const { path, id, summary, brief } = page;
  const rendered = once(async () => {
    const { content, site } = await document();
    return { ...await page.render(content), site };
  });
  const answer = async (request: Request, { via }: RequestScope) => {
    refuseQuery(queryText(request.url));
    const { html, styleHash, site } = await rendered();
    return new Response(html.replaceAll(site, siteOf(request, via)), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-cache",
        "content-security-policy": `${PAGE_POLICY}'${styleHash}'`,
      },
    });
  };
  const docs: OperationDoc = {
    id,
    tag: "About",
    summary,
    brief,
    answers: {
      200: { about: "A page for people", content: { "text/html; charset=utf-8": "text" } },
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

/** Makes something at the first call; after a failure, the next call tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
}
