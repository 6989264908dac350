const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LETTER_U = 0x75;

const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);
const ESCAPES = new Set([...'"\\/bfnrtu'].map((char) => char.charCodeAt(0)));
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORDS = ["true", "false", "null"];
/** Longer numbers are taken as they are. */
const MOST_NUMBER_BYTES = 1000;

const latin1 = new TextDecoder("latin1");

/**
 * Where bytes are no JSON (RFC 8259): the first byte that no JSON goes on with, or their end where
 * more would have to come; undefined if they are JSON, and perhaps nested deeper than a stack.
 */
export function findJsonBreak(json: Uint8Array): number | undefined {
  return new JsonScan(json).run();
}

/** One pass over a text, with a stack of its own. */
class JsonScan {
  readonly #json: Uint8Array;
  /** The closing brackets that are to come, the innermost at the end. */
  readonly #open: number[] = [];
  #at = 0;

  constructor(json: Uint8Array) {
    this.#json = json;
  }

  run(): number | undefined {
    let expects: "value" | "end" = "value";
    for (;;) {
      this.#skipBlanks();
      if (expects === "value") {
        const opened = this.#open.length;
        if (!this.#value()) return this.#at;
        if (this.#open.length === opened) expects = "end";
      } else {
        const next = this.#next();
        if (next === "done") return undefined;
        if (next === "broken") return this.#at;
        if (next === "value") expects = "value";
      }
    }
  }

  /** Passes over a value, or what opens one; an empty one is whole. */
  #value(): boolean {
    const byte = this.#json[this.#at];
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      this.#at++;
      this.#skipBlanks();
      const close = byte === OPEN_ARRAY ? CLOSE_ARRAY : CLOSE_OBJECT;
      if (this.#json[this.#at] === close) {
        this.#at++;
        return true;
      }
      this.#open.push(close);
      return byte === OPEN_ARRAY || this.#name();
    }
    return byte === QUOTE ? this.#string() : this.#word();
  }

  /** What stands behind a value. */
  #next(): "done" | "broken" | "value" | "end" {
    const close = this.#open.at(-1);
    const byte = this.#json[this.#at];
    if (close === undefined) return this.#at === this.#json.length ? "done" : "broken";
    if (byte === close) {
      this.#open.pop();
      this.#at++;
      return "end";
    }
    if (byte !== COMMA) return "broken";
    this.#at++;
    this.#skipBlanks();
    return close === CLOSE_ARRAY || this.#name() ? "value" : "broken";
  }

  /** Passes over a member's name and its colon. */
  #name(): boolean {
    if (this.#json[this.#at] !== QUOTE || !this.#string()) return false;
    this.#skipBlanks();
    if (this.#json[this.#at] !== COLON) return false;
    this.#at++;
    return true;
  }

  #string(): boolean {
    for (this.#at++; this.#at < this.#json.length; this.#at++) {
      const byte = this.#json[this.#at];
      if (byte === QUOTE) {
        this.#at++;
        return true;
      }
      if (byte < 0x20) return false;
      if (byte === BACKSLASH && !this.#escape()) return false;
    }
    return false;
  }

  /** Goes to the last byte of an escape. */
  #escape(): boolean {
    const byte = this.#json[++this.#at];
    if (!ESCAPES.has(byte)) return false;
    for (let digits = byte === LETTER_U ? 4 : 0; digits > 0; digits--) {
      if (!/[0-9A-Fa-f]/.test(String.fromCharCode(this.#json[++this.#at]))) return false;
    }
    return true;
  }

  /** Passes over a number, or true, false or null. */
  #word(): boolean {
    const text = latin1.decode(this.#json.slice(this.#at, this.#at + MOST_NUMBER_BYTES));
    const word = WORDS.find((each) => text.startsWith(each));
    NUMBER.lastIndex = 0;
    const length = word?.length ?? NUMBER.exec(text)?.[0].length ?? 0;
    this.#at += length;
    return length > 0;
  }

  #skipBlanks(): void {
    while (BLANKS.has(this.#json[this.#at])) this.#at++;
  }
}
