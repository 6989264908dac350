/** Makes the anchors of one document's headings, as GitHub does: a second one of a name gets a number. */
export class Anchors {
  readonly #uses = new Map<string, number>();

  /** @param heading Its Markdown. */
  next(heading: string): string {
    const base = plainText(heading).toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const uses = this.#uses.get(base) ?? 0;
    this.#uses.set(base, uses + 1);
    return uses === 0 ? base : `${base}-${uses}`;
  }
}

/** Markdown without its links and marks. */
export function plainText(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[`*]/g, "");
}
