/** A number with all digits that it came with, of which JavaScript's numbers keep some alone. */
class Digits extends Number {
  #text;

  /** @param {string} text */
  constructor(text) {
    super(text);
    this.#text = text;
  }

  /** @override */
  toString() {
    return this.#text;
  }
}

/**
 * For `JSON.parse`: keeps the digits of integers beyond 2^53 and of decimals that end with 0. What
 * comes of them counts as a number does, about.
 *
 * @param {string} _name
 * @param {unknown} value
 * @param {{ source?: string }} [context] None in browsers that do not tell.
 */
export function keepDigits(_name, value, context) {
  const { source } = context ?? {};
  if (typeof value !== "number" || source === undefined) return value;
  return String(value) === source ? value : new Digits(source);
}

/** A number with all of its digits, in groups. @param {number} number `12,345,678,901,234,567.50`. */
export function formatDigits(number) {
  const [whole, ...rest] = String(number).split(/(?=[.e])/);
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + rest.join("");
}
