import type { OpenApiDocument } from "../openapi/document.ts";
import type { RenderedPage } from "./page_shell.ts";

/** A page that the server has for people. */
export interface DocsPage {
  path: string;
  /** Name and summary of its operation in the OpenAPI document. */
  id: string;
  summary: string;
  /** What the welcome text says of it. @default {nothing: it is left out there} */
  brief?: string;
  /**
   * Makes the page; what it takes is loaded only then. In its examples the server is at
   * EXAMPLE_SITE, for which each client is told the address that it knows.
   */
  render(document: OpenApiDocument): Promise<RenderedPage>;
}

/** Every page; each one has a route. */
export const DOCS_PAGES: readonly DocsPage[] = [{
  path: "/docs",
  id: "getDocs",
  summary: "The reference as a page that loads nothing else",
  brief: "all of this at length, for a browser; /openapi.json for programs",
  render: async (document) => (await import("./docs_page.ts")).renderDocsPage(document),
}];
