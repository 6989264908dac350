import { html, raw } from "hono/html";
import type { Markup } from "./rich_text.ts";

const STYLE = `
:root { color-scheme: light dark; --edge: #8884; --dim: #888; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--edge); }
h3 { margin-top: 2rem; }
nav ul { padding-left: 1.25rem; margin: .25rem 0; }
nav > ul { columns: 16rem; padding-left: 0; list-style: none; }
nav > ul > li { break-inside: avoid; margin-bottom: .5rem; }
code, pre { font: 14px/1.45 ui-monospace, monospace; }
pre { border: 1px solid var(--edge); border-radius: 6px; padding: .7rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-bottom: 1px solid var(--edge); }
summary { cursor: pointer; }
.dim { color: var(--dim); }
`;

/** A page for people, and the hash by which a policy can let in its style alone. */
export interface RenderedPage {
  html: string;
  /** `sha256-…`. */
  styleHash: string;
}

/** A part of a page that its table of contents names. */
export interface PageSection {
  /** The anchor; it is also that of the heading. */
  id: string;
  title: string;
  /** What stands below the heading. */
  content: Markup;
  /** Anchors within the content. */
  entries?: readonly { id: string; title: Markup }[];
}

/** What a page consists of. */
export interface PageParts {
  title: string;
  version: string;
  introduction: Markup;
  sections: readonly PageSection[];
}

/**
 * A whole page with a table of contents. It has no script, no font and no image, so that it works
 * offline, under a policy that allows nothing but its style.
 */
export async function renderShell(
  { title, version, introduction, sections }: PageParts,
): Promise<RenderedPage> {
  const page = html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title} ${version}</title>
        <style>${raw(STYLE)}</style>
      </head>
      <body>
    <h1>${title} <span class="dim">${version}</span></h1>
    ${introduction}
    <nav><ul>${sections.map(renderEntry)}</ul></nav>
    ${sections.map(({ id, title, content }) => html`<h2 id="${id}">${title}</h2>${content}`)}
      </body>
    </html>
  `;
  return { html: String(await page), styleHash: await hashStyle() };
}

function renderEntry({ id, title, entries = [] }: PageSection) {
  return html`<li><a href="#${id}">${title}</a>${
    entries.length > 0 &&
    html`<ul>${
      entries.map((entry) => html`<li><a href="#${entry.id}">${entry.title}</a></li>`)
    }</ul>`
  }</li>`;
}

async function hashStyle(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
