import { html, raw } from "hono/html";

/** HTML, or a text that is escaped when it is put into some. */
export type Markup = ReturnType<typeof html> | string;

/** A text of the tables: what stands between backticks is code. */
export function renderText(text: string | undefined): Markup {
  const parts = (text ?? "").split("`");
  return html`${parts.map((part, i) => i % 2 === 1 ? html`<code>${part}</code>` : part)}`;
}

/** Parts with a line break between them. */
export function renderLines(parts: readonly Markup[]): Markup {
  return html`${parts.map((part, i) => html`${i > 0 ? raw("<br>") : ""}${part}`)}`;
}
