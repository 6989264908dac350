/** What stands at a place of a JSON text: as it is written, but for strings, which lose their escapes. */
interface Value {
  written: string;
  members?: [name: string, value: Value][];
  elements?: Value[];
}

/**
 * What a singular path leads to; undefined if it leads to nothing or to null.
 *
 * @throws {SyntaxError} If the text is no JSON.
 */
export function findJson(text: string, path: readonly (string | number)[]): string | undefined {
  JSON.parse(text);
  const value = follow(new Reader(text).read(), path);
  if (value === undefined || value.written === "null") return undefined;
  const { written } = value;
  return written.startsWith('"') ? (JSON.parse(written) as string).toWellFormed() : written;
}

/** Of members with one name the first counts that the rest of the path leads on from. */
function follow(value: Value | undefined, path: readonly (string | number)[]): Value | undefined {
  if (value === undefined || path.length === 0) return value;
  const [step, ...rest] = path;
  if (typeof step === "number") return follow(value.elements?.at(step), rest);
  for (const [name, member] of value.members ?? []) {
    const found = name === step ? follow(member, rest) : undefined;
    if (found) return found;
  }
}

/** Reads what is JSON, a token at a time. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Value {
    this.#peek();
    const start = this.#at;
    const value: Omit<Value, "written"> = {};
    const first = this.#text[start];
    if (first === "{") value.members = this.#members();
    else if (first === "[") value.elements = this.#list("]", () => this.read());
    else this.#token();
    return { ...value, written: this.#text.slice(start, this.#at) };
  }

  #members(): [string, Value][] {
    const members: [string, Value][] = [];
    this.#list("}", () => {
      this.#peek();
      const name = JSON.parse(this.#token()) as string;
      this.#peek();
      this.#at++; // the colon
      const value = this.read();
      members.push([name, value]);
      return value;
    });
    return members;
  }

  #list(end: string, read: () => Value): Value[] {
    const found: Value[] = [];
    this.#at++;
    while (this.#peek() !== end) {
      if (this.#peek() === ",") this.#at++;
      found.push(read());
    }
    this.#at++;
    return found;
  }

  /** A string, a number or a word. */
  #token(): string {
    const [token] = /^(?:"(?:[^"\\]|\\.)*"|[^,\]}\s]+)/.exec(this.#text.slice(this.#at))!;
    this.#at += token.length;
    return token;
  }

  /** The next character that is no blank. */
  #peek(): string {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
    return this.#text[this.#at];
  }
}
