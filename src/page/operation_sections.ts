import { html } from "hono/html";
import type { OpenApiDocument } from "../openapi/document.ts";
import { TAGS } from "../openapi/operation.ts";
import { choiceAnchor, problemAnchor } from "./guide_sections.ts";
import type { PageSection } from "./page_shell.ts";
import { renderLines, renderText } from "./rich_text.ts";
import { renderType, type Schema } from "./schema_section.ts";

interface Media {
  schema: Schema;
  examples?: Readonly<Record<string, { summary: string; value: unknown }>>;
}

interface Answer {
  description: string;
  headers?: Readonly<Record<string, { description?: string; schema: Schema }>>;
  content?: Readonly<Record<string, Media>>;
}

interface Operation {
  operationId: string;
  tags: readonly string[];
  summary: string;
  description?: string;
  parameters?: readonly { name: string; in: string; description?: string; schema: Schema }[];
  requestBody?: { content: Readonly<Record<string, Media>> };
  responses: Readonly<Record<string, Answer>>;
  "x-codeSamples"?: readonly { label: string; source: string }[];
}

interface Place {
  method: string;
  path: string;
  operation: Operation;
}

/** A section for each tag, with all of its operations. */
export function createOperationSections({ paths = {} }: OpenApiDocument): PageSection[] {
  const places = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    }))
  );
  return TAGS.map((tag) => {
    const tagged = places.filter(({ operation }) => operation.tags[0] === tag);
    return {
      id: `operations-${tag.toLowerCase()}`,
      title: tag,
      content: html`${tagged.map(renderOperation)}`,
      entries: tagged.map(({ method, path, operation }) => ({
        id: operation.operationId,
        title: html`<code>${method} ${path}</code>`,
      })),
    };
  });
}

function renderOperation({ method, path, operation }: Place) {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const samples = operation["x-codeSamples"] ?? [];
  return html`
    <section id="${operationId}">
    <h3><code>${method} ${path}</code> ${summary}</h3>
    ${description && html`<p>${renderText(description)}</p>`}
    ${parameters.length > 0 && renderParameters(parameters)}
    ${requestBody && html`<p>Body: ${renderMedia(requestBody.content)}</p>`}
    <table>
    <tr><th>Status</th><th>Answer</th><th>Content</th></tr>
    ${Object.entries(responses).map(([status, answer]) => renderAnswer(status, answer))}</table>
    ${samples.map(({ label, source }) =>
      html`<p>${label}:</p>
<pre>${source}</pre>`
    )}
    ${Object.entries(responses).map(([status, answer]) => renderExamples(status, answer))}
    </section>
  `;
}

function renderAnswer(status: string, { description, headers = {}, content = {} }: Answer) {
  return html`
    <tr>
      <td>${status}</td>
      <td>${renderText(description)}${Object.entries(headers).map(([name, { schema }]) =>
        html`<br><code>${name}</code>: ${renderText(schema.description)}`
      )}</td>
      <td>${renderMedia(content)}</td>
    </tr>
  `;
}

function renderExamples(status: string, { content = {} }: Answer) {
  const examples = Object.values(content).flatMap(({ examples = {} }) => Object.values(examples));
  return examples.map(({ summary, value }) =>
    html`
      <details>
        <summary>${summary}: ${status}</summary>
        <pre>${typeof value === "string" ? value : JSON.stringify(value, null, 2)}</pre>
      </details>
    `
  );
}

function renderParameters(parameters: NonNullable<Operation["parameters"]>) {
  return html`<table>
<tr><th>Parameter</th><th>In</th><th>Default</th><th>Meaning</th></tr>
${
    parameters.map(({ name, in: where, description, schema }) => {
      const anchor = where === "query" ? choiceAnchor(name, schema.enum) : undefined;
      return html`
        <tr>
          <td><code>${name}</code></td>
          <td>${where}</td>
          <td>${schema.default !== undefined &&
            html`<code>${JSON.stringify(schema.default)}</code>`}</td>
          <td>${renderText(description)}${anchor && html`
            (<a href="#${anchor}">explained</a>)
          `}</td>
        </tr>
      `;
    })
  }</table>`;
}

function renderMedia(content: Readonly<Record<string, Media>>) {
  return renderLines(
    Object.entries(content).map(([type, { schema }]) =>
      html`<code>${type}</code> ${schema.$ref && renderType(schema)}${renderProblems(schema)}`
    ),
  );
}

/** The problems that a schema allows, by the last part of their types. */
function renderProblems({ properties }: Schema) {
  const types = properties?.type?.enum ?? [];
  return types.map((each, i) => {
    const name = String(each).split(":").at(-1)!;
    return html`${i > 0 && ", "}<a href="#${problemAnchor(name)}">${name}</a>`;
  });
}
