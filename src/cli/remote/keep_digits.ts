/**
 * For `JSON.parse`: numbers as the texts that they are, since a number of JavaScript may not hold an
 * integer of 64 bits or a decimal.
 */
export function keepDigits(_name: string, value: unknown, context?: { source: string }): unknown {
  return typeof value === "number" ? context!.source : value;
}
