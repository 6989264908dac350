/** What a size may look like, for messages. */
export const SIZE_FORM = "a size such as 64MB or 1GiB";

const UNITS: Record<string, number> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** Reads a size such as `64MB`. @returns Bytes, or null when the text is not a size above 0. */
export function readSize(text: string): number | null {
  const match = /^([0-9]{1,15}(?:\.[0-9]{1,6})?) ?([kmg]?i?b)?$/i.exec(text);
  const unit = match && UNITS[(match[2] ?? "").toLowerCase()];
  const bytes = unit ? Math.round(Number(match[1]) * unit) : 0;
  return bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : null;
}

/** A size in the largest binary unit that says it without a fraction: `64MiB`. */
export function formatSize(bytes: number): string {
  const unit = ["GiB", "MiB", "KiB"].find((each) => bytes % UNITS[each.toLowerCase()] === 0);
  return unit ? `${bytes / UNITS[unit.toLowerCase()]}${unit}` : String(bytes);
}
