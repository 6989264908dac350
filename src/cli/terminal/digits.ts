import { RAW_JSON } from "../../contract/raw_json.ts";

/** A number of JSON with all of its digits, of which a number of JavaScript may have lost some. */
export class Digits extends Number {
  readonly #text: string;

  constructor(text: string) {
    super(text);
    this.#text = text;
  }

  override toString(): string {
    return this.#text;
  }

  toJSON(): unknown {
    return RAW_JSON.rawJSON(this.#text);
  }
}

/** For `JSON.parse`: numbers as what JavaScript makes of them, where it would write them the same. */
export function withDigits(_name: string, value: unknown, context?: { source: string }): unknown {
  if (typeof value !== "number" || String(value) === context!.source) return value;
  return new Digits(context!.source);
}
