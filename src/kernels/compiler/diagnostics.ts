import type { AscError, AscRange } from "./asc_api.ts";
import { hintFor } from "./hints.ts";
import { nearName } from "./near_names.ts";

/** What is wrong with a source, and where. */
export interface Diagnostic {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
  message: string;
  /** The line's text, without its end; a long one is cut. */
  source: string;
}

/** Minified code may have lines of any length. */
const MOST_SOURCE = 500;
/** The rest says little, once so much is wrong. */
export const MOST_DIAGNOSTICS = 50;

/** Finds lines and columns in a source. */
export class SourceText {
  readonly text: string;
  readonly #lineStarts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) {
      this.#lineStarts.push(index + end.length);
    }
  }

  /** @param offset In UTF-16 units; one beyond the text counts as its end. */
  diagnose(offset: number, message: string): Diagnostic {
    const at = Math.max(0, Math.min(offset, this.text.length));
    let line = this.#lineStarts.length;
    while (this.#lineStarts[line - 1] > at) line--;
    const start = this.#lineStarts[line - 1];
    const [source] = this.text.slice(start).split(/\r|\n/, 1);
    return { line, column: at - start + 1, message, source: source.slice(0, MOST_SOURCE) };
  }

  /** Names the place of a range, and adds a hint where the compiler's message is a riddle. */
  explain(range: Pick<AscRange, "start">, raw: string): Diagnostic {
    const { told, hint } = this.#read(range, raw);
    return hint ? { ...told, message: `${told.message} (${hint})` } : told;
  }

  /**
   * Explains errors but those that follow from others. The parser goes on behind an error, and finds
   * more on its line; the compiler goes on with the type `auto`, and without what it does not know.
   */
  explainCauses(errors: readonly AscError[]): Diagnostic[] {
    const causes = new Map<number, AscError>();
    const hinted = new Set<number>();
    const messages = new Set<string>();
    for (const error of errors) {
      const { told: { line, message }, hint } = this.#read(error.range!, error.message);
      const follows = causes.size > 0 && !hint && IS_OF_AUTO.test(message);
      const isKnown = messages.has(message) && IS_OF_NAME.test(message);
      if (causes.has(line) ? hinted.has(line) || !hint : follows || isKnown) continue;
      causes.set(line, error);
      messages.add(message);
      if (hint) hinted.add(line);
    }
    return [...causes.values()].map(({ range, message }) => this.explain(range!, message));
  }

  #read({ start }: Pick<AscRange, "start">, raw: string) {
    const told = this.diagnose(start, shortenNames(raw));
    const [after] = this.text.slice(start).split(/\r|\n/, 1);
    const before = this.text.slice(start - told.column + 1, start);
    const hint = hintFor(told.message, before, after) ?? nearName(told.message, this.text);
    return { told, hint };
  }
}

/** What the compiler says of a value whose type it does not know, and of a name, wherever it is. */
const IS_OF_AUTO = /'auto'/;
const IS_OF_NAME = /^Cannot find name/;

/** The compiler names classes by their files: `~lib/string/String`, `kernel/Own`. */
function shortenNames(message: string): string {
  return message.replaceAll(
    /(?:~lib\/(?:[\w-]+\/)*|\bkernel\/)(\w+)/g,
    (_, name) => name === "String" ? "string" : name,
  );
}
