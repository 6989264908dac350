import { ExpressionError } from "./expression.ts";

/** A place in a text that is read from its beginning to its end. */
export class Cursor {
  readonly text: string;
  /** Code units before the place. */
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  /** The code unit at the place; "" at the end. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  skipBlanks(): void {
    while (/\s/.test(this.next)) this.at++;
  }

  /** Passes a text, if it stands here. */
  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Passes what a sticky expression matches here; undefined where that is nothing. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /**
   * Passes a text, with blanks before it.
   *
   * @param allowed What may stand here, in words.
   * @throws {ExpressionError} If another one stands here.
   */
  expect(text: string, allowed = `'${text}'`): void {
    this.skipBlanks();
    if (!this.take(text)) throw this.refuse(allowed);
  }

  /** A text in double quotes, in which two of them are one, as CSV has it. Its first quote is passed. */
  quoted(): string {
    const start = this.at;
    while (this.next !== '"' || this.text.charAt(this.at + 1) === '"') {
      if (this.isAtEnd) throw this.refuse("'\"' behind the text");
      this.at += this.next === '"' ? 2 : 1;
    }
    return this.text.slice(start, this.at++).replaceAll('""', '"');
  }

  /** What to throw for what stands at a place. */
  refuse(allowed: string, at = this.at): ExpressionError {
    const position = [...this.text.slice(0, at)].length + 1;
    const point = this.text.codePointAt(at);
    const found = point === undefined ? undefined : String.fromCodePoint(point);
    return new ExpressionError(position, found, allowed);
  }
}

/** A text in double quotes, as `quoted` reads it. */
export function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
