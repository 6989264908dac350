import { html } from "hono/html";
import type { OpenApiDocument } from "../openapi/document.ts";
import { createGuideSections } from "./guide_sections.ts";
import { createOperationSections } from "./operation_sections.ts";
import { GUIDES } from "./guides.ts";
import { type RenderedPage, renderShell } from "./page_shell.ts";
import { renderText } from "./rich_text.ts";
import { createSchemaSection, type Schema } from "./schema_section.ts";

/**
 * Renders an OpenAPI document as a page, with explanations of what the document only names. The
 * bundles of Swagger UI and Scalar take 1.5 and 3.5 MB of script for the operations alone.
 */
export function renderDocsPage(document: OpenApiDocument): Promise<RenderedPage> {
  const { info, components } = document;
  return renderShell({
    title: info.title,
    version: info.version,
    introduction: html`
      <p>${renderText(info.description)}</p>
      <p>As <a href="openapi.json">OpenAPI 3.1</a>.</p>
      <p>Guides, in prose:</p>
      <ul>${GUIDES.map(({ name, about }) =>
        html`<li><a href="docs/${name}">${name}</a>: ${about}</li>`
      )}</ul>
    `,
    sections: [
      ...createGuideSections(),
      ...createOperationSections(document),
      createSchemaSection((components?.schemas ?? {}) as Record<string, Schema>),
    ],
  });
}
