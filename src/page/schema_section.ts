import { html } from "hono/html";
import type { PageSection } from "./page_shell.ts";
import { type Markup, renderText } from "./rich_text.ts";

/** As much of a JSON Schema as the document's schemas use. */
export interface Schema {
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

/** The schemas that have a name. */
export function createSchemaSection(schemas: Readonly<Record<string, Schema>>): PageSection {
  const named = Object.entries(schemas);
  return {
    id: "documents",
    title: "Documents",
    content: html`${named.map(([name, schema]) => renderSchema(name, schema))}`,
    entries: named.map(([name]) => ({ id: anchorOf(name), title: name })),
  };
}

function anchorOf(name: string): string {
  return `schema-${name}`;
}

function renderSchema(name: string, schema: Schema) {
  const { description, properties = {}, required = [] } = schema;
  return html`
    <section id="${anchorOf(name)}">
    <h3>${name}</h3>
    ${description && html`<p>${renderText(description)}</p>`}
    ${schema.anyOf && html`<p>${renderType(schema)}</p>`}
    <table>
    <tr><th>Member</th><th>Type</th><th>Meaning</th></tr>
    ${Object.entries(properties).map(([member, schema]) =>
      html`
        <tr>
          <td><code>${member}${!required.includes(member) && "?"}</code></td>
          <td>${renderType(schema)}</td>
          <td>${renderText(schema.description)}</td>
        </tr>
      `
    )}</table>
    </section>
  `;
}

/** A schema in a few words; what has a name is a link. */
export function renderType(schema: Schema): Markup {
  const { $ref, type, items, properties, anyOf } = schema;
  if ($ref !== undefined) {
    const name = $ref.split("/").at(-1)!;
    return html`<a href="#${anchorOf(name)}">${name}</a>`;
  }
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (anyOf) return html`${anyOf.map((each, i) => html`${i > 0 && " or "}${renderType(each)}`)}`;
  if (items) return html`array of ${renderType(items)}`;
  if (!properties) return type ?? "";
  return html`{ ${
    Object.entries(properties).map(([name, each], i) =>
      html`${i > 0 && ", "}${name}: ${renderType(each)}`
    )
  } }`;
}
