import { html } from "hono/html";
import { EXAMPLE_ORIGIN, EXAMPLE_SITE } from "../openapi/example_site.ts";
import { VERSION } from "../version.ts";
import { type Guide, GUIDES } from "./guides.ts";
import { renderMarkdown } from "./markdown.ts";
import { type RenderedPage, renderShell } from "./page_shell.ts";

const ROOT = new URL("../../", import.meta.url);

/** Where the guides say that the server is. */
const WRITTEN_SITE = /(http:\/\/)?localhost:8000(?!\d)/g;

/** The same before a variable of a shell or of Python, which holds the path that an answer named. */
const WRITTEN_ORIGIN = /(http:\/\/)?localhost:8000(?=[${])/g;

/** Marks for the program that writes tables. */
const MARKS = /^<!-- .* -->\n\n?/gm;

/** A guide's Markdown as clients get it: its examples ask EXAMPLE_SITE and EXAMPLE_ORIGIN. */
export async function readGuide({ path }: Guide): Promise<string> {
  const text = await Deno.readTextFile(new URL(path, ROOT));
  return text.replaceAll(MARKS, "")
    .replaceAll(WRITTEN_ORIGIN, EXAMPLE_ORIGIN)
    .replaceAll(WRITTEN_SITE, EXAMPLE_SITE);
}

/** A link of Markdown to a file of the repository, or a picture. */
const FILE_LINK = /!?\[([^\]]+)\]\(([^)\s:]+\.(?:md|svg|webp)(?:#[^)\s]+)?)\)/g;

/**
 * A guide's Markdown for clients that read it as it is: links lead to the other guides beside it,
 * and where the server does not show a file, their words stay.
 */
export function relinkGuide(guide: Guide, text: string): string {
  return text.replaceAll(FILE_LINK, (_, words, target) => {
    const link = resolveLink(guide, target);
    return link === undefined ? words : `[${words}](${link})`;
  });
}

/** A guide's Markdown as a page beside those of the other guides, below `/docs`. */
export function renderGuide(guide: Guide, text: string): Promise<RenderedPage> {
  const { title, introduction, sections } = renderMarkdown(
    text,
    (target) => resolveLink(guide, target),
  );
  return renderShell({
    title,
    version: VERSION,
    introduction: html`
      <p><a href="../docs">Reference</a>${GUIDES.map(({ name }) =>
        html`
          · ${name === guide.name ? name : html`<a href="${name}">${name}</a>`}
        `
      )}</p>
      ${introduction}
    `,
    sections,
  });
}

/** Where a link of a guide leads from its page: a file that the server does not show, nowhere. */
function resolveLink(guide: Guide, target: string): string | undefined {
  if (target.startsWith("#") || /^https?:\/\//.test(target)) return target;
  const { href, hash } = new URL(target, new URL(guide.path, ROOT));
  const other = GUIDES.find(({ path }) => new URL(path, ROOT).href + hash === href);
  return other && (other === guide && hash ? hash : `${other.name}${hash}`);
}
