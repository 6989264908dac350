/** How many requests may come in a window of time. */
export interface Rate {
  requests: number;
  windowMs: number;
}

/** The form of a rate, for messages. */
export const RATE_FORM = "a rate such as 100/s, 600/m or 5000/h";

const WINDOWS_MS: Record<string, number> = { s: 1e3, m: 6e4, h: 36e5 };

/** Reads a rate such as `100/s`; null when the text has another form. */
export function readRate(text: string): Rate | null {
  const match = /^([0-9]{1,9})\/([smh])$/.exec(text);
  const requests = match ? Number(match[1]) : 0;
  return requests > 0 ? { requests, windowMs: WINDOWS_MS[match![2]] } : null;
}
