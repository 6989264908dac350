import { html, raw } from "hono/html";
import type { OpenApiDocument } from "../openapi/document.ts";
import { TAGS } from "../openapi/operation.ts";

/** As much of a JSON Schema as ours use. */
interface Schema {
  $ref?: string;
  type?: string;
  description?: string;
  enum?: readonly unknown[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  anyOf?: readonly Schema[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

interface Media {
  schema: Schema;
  examples?: Readonly<Record<string, { summary: string; value: unknown }>>;
}

interface Operation {
  operationId: string;
  tags: readonly string[];
  summary: string;
  description?: string;
  parameters?: readonly { name: string; in: string; description?: string; schema: Schema }[];
  requestBody?: { content: Readonly<Record<string, Media>> };
  responses: Readonly<
    Record<string, {
      description: string;
      headers?: Readonly<Record<string, { description?: string; schema: Schema }>>;
      content?: Readonly<Record<string, Media>>;
    }>
  >;
  "x-codeSamples"?: readonly { label: string; source: string }[];
}

const STYLE = `
:root { color-scheme: light dark; --edge: #8884; --dim: #888; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--edge); }
h3 { margin-top: 2rem; }
code, pre { font: 14px/1.45 ui-monospace, monospace; }
pre { border: 1px solid var(--edge); border-radius: 6px; padding: .7rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-bottom: 1px solid var(--edge); }
summary { cursor: pointer; }
.dim { color: var(--dim); }
`;

/** A page for people, and the hash by which a policy can let in its style alone. */
export interface Page {
  html: string;
  /** `sha256-…`. */
  styleHash: string;
}

/**
 * Renders an OpenAPI document as one page without a script, a font or an image, so that it works
 * offline and under a policy that allows nothing. The bundles of Swagger UI and Scalar take 1.5
 * and 3.5 MB of script for the same text.
 */
export async function renderPage(document: OpenApiDocument): Promise<Page> {
  const { info, paths = {}, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      ...{ path, method: method.toUpperCase(), operation },
    }))
  );
  const schemas = Object.entries((components?.schemas ?? {}) as Record<string, Schema>);
  const page = html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${info.title} ${info.version}</title>
        <style>${raw(STYLE)}</style>
      </head>
      <body>
    <h1>${info.title} <span class="dim">${info.version}</span></h1>
    <p>${info.description}</p>
    <p>As <a href="openapi.json">OpenAPI 3.1</a>.</p>
    ${TAGS.map((tag) =>
      [tag, operations.filter(({ operation }) => operation.tags[0] === tag)] as const
    ).map(([tag, all]) =>
      html`<h2>${tag}</h2>
${all.map(({ path, method, operation }) => renderOperation(method, path, operation))}`
    )}
    <h2>Documents</h2>
    ${schemas.map(([name, schema]) => renderSchema(name, schema))}
      </body>
    </html>
  `;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  const styleHash = `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
  return { html: String(await page), styleHash };
}

function renderOperation(method: string, path: string, operation: Operation) {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const samples = operation["x-codeSamples"] ?? [];
  return html`
    <section id="${operationId}">
    <h3><code>${method} ${path}</code> ${summary}</h3>
    ${description && html`<p>${description}</p>`}
    ${parameters.length > 0 && renderParameters(parameters)}
    ${requestBody && html`<p>Body: ${renderMedia(requestBody.content)}</p>`}
    <table>
    <tr><th>Status</th><th>Answer</th><th>Content</th></tr>
    ${Object.entries(responses).map(([status, { description, headers = {}, content = {} }]) =>
      html`
        <tr>
          <td>${status}</td>
          <td>${description}${Object.entries(headers).map(([name, { schema }]) =>
            html`<br><code>${name}</code>: ${schema.description}`
          )}</td>
          <td>${renderMedia(content)}</td>
        </tr>
      `
    )}</table>
    ${samples.map(({ label, source }) =>
      html`<p>${label}:</p>
<pre>${source}</pre>`
    )}
    ${Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.values(content).flatMap(({ examples = {} }) =>
        Object.values(examples).map(({ summary, value }) =>
          html`
            <details>
              <summary>${summary}: ${status}</summary>
              <pre>${typeof value === "string" ? value : JSON.stringify(value, null, 2)}</pre>
            </details>
          `
        )
      )
    )}
    </section>
  `;
}

function renderParameters(parameters: NonNullable<Operation["parameters"]>) {
  return html`<table>
<tr><th>Parameter</th><th>In</th><th>Default</th><th>Meaning</th></tr>
${
    parameters.map(({ name, in: where, description, schema }) =>
      html`
        <tr>
          <td><code>${name}</code></td>
          <td>${where}</td>
          <td>${schema.default !== undefined &&
            html`<code>${JSON.stringify(schema.default)}</code>`}</td>
          <td>${description}</td>
        </tr>
      `
    )
  }</table>`;
}

function renderSchema(name: string, schema: Schema) {
  const { description, properties = {}, required = [] } = schema;
  return html`
    <section id="schema-${name}">
    <h3>${name}</h3>
    ${description && html`<p>${description}</p>`}
    ${schema.anyOf && html`<p>${renderType(schema)}</p>`}
    <table>
    <tr><th>Member</th><th>Type</th><th>Meaning</th></tr>
    ${Object.entries(properties).map(([member, schema]) =>
      html`
        <tr>
          <td><code>${member}${!required.includes(member) && "?"}</code></td>
          <td>${renderType(schema)}</td>
          <td>${schema.description}</td>
        </tr>
      `
    )}</table>
    </section>
  `;
}

function renderMedia(content: Readonly<Record<string, Media>>) {
  return Object.entries(content).map(([type, { schema }], i) =>
    html`${i > 0 && raw("<br>")}<code>${type}</code> ${schema.$ref && renderType(schema)}${
      namesOfProblems(schema)
    }`
  );
}

/** The last parts of the types of problems that a schema allows. */
function namesOfProblems({ properties }: Schema): string {
  const types = properties?.type?.enum ?? [];
  return types.map((each) => String(each).split(":").at(-1)).join(", ");
}

/** A schema in a few words; what has a name is a link. */
function renderType(schema: Schema): unknown {
  const { $ref, type, items, properties, anyOf } = schema;
  if ($ref !== undefined) {
    const name = $ref.split("/").at(-1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (anyOf) return anyOf.map((each, i) => html`${i > 0 && " or "}${renderType(each)}`);
  if (items) return html`array of ${renderType(items)}`;
  if (!properties) return type;
  return html`{ ${
    Object.entries(properties).map(([name, each], i) =>
      html`${i > 0 && ", "}${name}: ${renderType(each)}`
    )
  } }`;
}
