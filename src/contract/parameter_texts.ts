// Values as clients write them in a query: Python's `True`, R's `1e+05`, a list with blanks in it.

const BOOLEANS = new Map<string, boolean>([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["on", true],
  ["false", false],
  ["0", false],
  ["no", false],
  ["off", false],
]);

/** A plus sign that was not encoded has become a blank. */
const NUMBER = /^\+?([0-9]*)(?:\.([0-9]*))?(?:e([-+ ]?[0-9]{1,4}))?$/i;

/** Digits that any bound may have. */
const MOST_DIGITS = 20;

/** A boolean in any case and of any language's writing; other texts stay as they are. */
export function readBoolean(text: string): boolean | string {
  return BOOLEANS.get(text.trim().toLowerCase()) ?? text;
}

/** The integer that a decimal text says exactly, whatever its form; else NaN. */
export function readInteger(text: string): number {
  if (/^\s*-[0-9.]/.test(text)) return -readInteger(text.replace("-", ""));
  const match = NUMBER.exec(text.trim());
  if (match === null) return NaN;
  const [, whole, fraction = "", power = "0"] = match;
  if (whole + fraction === "") return NaN;
  const exponent = Number(power.replace(" ", "+"));
  const digits = (whole + fraction).replace(/^0+/, "");
  const zeros = exponent - fraction.length;
  if (digits === "") return 0;
  if (zeros < 0) {
    const rest = digits.slice(zeros);
    const isWhole = -zeros <= digits.length && /^0*$/.test(rest);
    return isWhole ? toNumber(digits.slice(0, zeros)) : NaN;
  }
  return digits.length + zeros > MOST_DIGITS ? Infinity : toNumber(digits + "0".repeat(zeros));
}

/** Beyond what a number holds exactly it is more than any bound, too. */
function toNumber(digits: string): number {
  return digits.length > MOST_DIGITS ? Infinity : Number(digits);
}

/** The value that a text names in any case, or the text. */
export function readChoice(text: string, values: readonly string[]): string {
  const wanted = text.trim().toLowerCase();
  return values.find((value) => value.toLowerCase() === wanted) ?? text;
}

/** The items of lists that are separated by commas, without blanks around them. */
export function readList(texts: readonly string[], values?: readonly string[]): string[] {
  const items = texts.flatMap((text) => text.split(",")).map((item) => item.trim());
  if (items.length === 1 && items[0] === "") return []; // an empty list, as forms write it
  return values ? items.map((item) => readChoice(item, values)) : items;
}

/** The items of lists that have a line each, as they are; a file of them may end with a line's end. */
export function readLines(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text === "" ? [] : text.replace(/\n$/, "").split("\n"));
}

/** What names no encoding. */
export const AUTO = "auto";

/** The encoding's one name, or undefined for an unknown label; `auto`, in any case, names none. */
export function canonicalCharset(label: string): string | undefined {
  if (label === AUTO || label === "utf-8") return label; // most requests: no decoder is made
  if (readChoice(label, [AUTO]) === AUTO) return AUTO;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** A language tag in its canonical form; `pt_BR` is how locales of POSIX are written. */
export function readLocale(text: string): string {
  try {
    return Intl.getCanonicalLocales(text.trim().replaceAll("_", "-"))[0] ?? text;
  } catch {
    return text;
  }
}

/** Whether a percent-encoded text is UTF-8: what is not would be read as U+FFFD. */
export function isUtf8(encoded: string): boolean {
  try {
    decodeURIComponent(encoded.replace(/%(?![0-9a-f]{2})/gi, "%25"));
    return true;
  } catch {
    return false;
  }
}
