import { raw } from "hono/html";
import { Marked, type Token, type Tokens } from "marked";
import { Anchors, plainText } from "./anchors.ts";
import type { PageSection } from "./page_shell.ts";
import type { Markup } from "./rich_text.ts";

/** A document in Markdown, as parts of a page. */
export interface RenderedMarkdown {
  /** Its first heading. */
  title: string;
  /** What stands before the first heading of the second level. */
  introduction: Markup;
  /** A section for each heading of the second level, with an entry for each of the third. */
  sections: PageSection[];
}

/**
 * Renders Markdown. HTML in it is shown as text, and not one image is loaded.
 *
 * @param resolve Where a link leads from the page; undefined leaves its text alone.
 */
export function renderMarkdown(
  text: string,
  resolve: (target: string) => string | undefined,
): RenderedMarkdown {
  const anchors = new Map<Token, string>();
  const marked = createMarked(anchors, resolve);
  const tokens = marked.lexer(text);
  const names = new Anchors();
  const headings = tokens.filter((token): token is Tokens.Heading => token.type === "heading");
  for (const heading of headings) anchors.set(heading, names.next(heading.text));
  const isTitle = (token: Token) => token.type === "heading" && token.depth === 1;
  const shown = tokens.filter((token) => !isTitle(token) && !isContents(token));
  const [introduction, ...parts] = splitAtHeadings(shown);
  const render = (part: Token[]) => raw(marked.parser(part));
  return {
    title: plainText(headings.find(isTitle)?.text ?? ""),
    introduction: render(introduction),
    sections: parts.map(([heading, ...rest]) => ({
      id: anchors.get(heading)!,
      title: plainText((heading as Tokens.Heading).text),
      content: render(rest),
      entries: headings.filter((each) => each.depth === 3 && rest.includes(each))
        .map((each) => ({ id: anchors.get(each)!, title: plainText(each.text) })),
    })),
  };
}

/** Whether a paragraph has links to headings and nothing else: a page has contents of its own. */
function isContents(token: Token): boolean {
  return token.type === "paragraph" &&
    token.raw.replaceAll(/\[[^\]]*\]\(#[^)]*\)|[·\s]/g, "") === "";
}

/** What stands before the first heading of the second level, and each such heading with the rest. */
function splitAtHeadings(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === "heading" && token.depth === 2) parts.push([]);
    parts.at(-1)!.push(token);
  }
  return parts;
}

function createMarked(
  anchors: ReadonlyMap<Token, string>,
  resolve: (target: string) => string | undefined,
): Marked {
  return new Marked({
    gfm: true,
    renderer: {
      html: ({ text }) => escapeHtml(text),
      image: ({ text }) => escapeHtml(text),
      heading(token) {
        const { depth, tokens } = token;
        const id = escapeHtml(anchors.get(token) ?? "");
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const content = this.parser.parseInline(tokens);
        const target = resolve(href);
        return target === undefined ? content : `<a href="${escapeHtml(target)}">${content}</a>`;
      },
    },
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);
}
