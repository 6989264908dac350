/** What a duration may look like, for messages. */
export const DURATION_FORM = "a duration such as 500ms, 30s, 5m or 24h";
/** What a boolean may look like, for messages. */
export const BOOLEAN_FORM = "'true' or 'false'";

const DURATION_UNITS_MS: Record<string, number> = { ms: 1, s: 1e3, m: 6e4, h: 36e5 };

/** Reads a duration such as `30s`. @returns Milliseconds, or null when the text is none above 0. */
export function readDuration(text: string): number | null {
  const match = /^([0-9]{1,9}(?:\.[0-9]{1,6})?)(ms|s|m|h)$/.exec(text);
  return match ? positive(Math.round(Number(match[1]) * DURATION_UNITS_MS[match[2]])) : null;
}

/** Reads a decimal integer. @returns The number, or null outside of `least` to `most`. */
export function readWholeNumber(text: string, least: number, most: number): number | null {
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most ? value : null;
}

/** Reads `true` or `false`. @returns Null for any other text. */
export function readSwitch(text: string): boolean | null {
  return text === "true" ? true : text === "false" ? false : null;
}

/** Reads one of some words. @returns The word, or null when it is none of them. */
export function readOneOf(text: string, choices: readonly string[]): string | null {
  return choices.includes(text) ? text : null;
}

/** What a choice may be, for messages. */
export function formatChoices(choices: readonly string[]): string {
  return `one of ${choices.map((each) => `'${each}'`).join(", ")}`;
}

/**
 * Reads a URL.
 *
 * @param protocols Which it may have.
 * @returns It as it stands, or null for another text.
 */
export function readUrl(text: string, protocols: readonly string[]): string | null {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && protocols.includes(url.protocol) && url.hostname !== "" ? text : null;
}

/**
 * Reads a URL of the web that paths are put behind.
 *
 * @returns It without a slash at its end, or null for another text: one with credentials, a query or
 * a fragment, too.
 */
export function readBaseUrl(text: string): string | null {
  if (readUrl(text, ["http:", "https:"]) === null || /[?#]/.test(text)) return null;
  const { origin, pathname, username, password } = new URL(text);
  return username || password ? null : origin + pathname.replace(/\/+$/, "");
}

function positive(value: number): number | null {
  return value > 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
}
