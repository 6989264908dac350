const INTEGERS = new Intl.NumberFormat("en");
const SIGNED = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact" });
const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** @param {number} count Any number; `17,213`. */
export function formatCount(count) {
  return INTEGERS.format(count);
}

/** @param {number} number `10K`. */
export function formatShort(number) {
  return SHORT.format(number);
}

/** @param {number} share Per million; with so many digits as tell rare keys apart. */
export function formatPerMillion(share) {
  return share >= 100 ? INTEGERS.format(Math.round(share)) : share.toPrecision(3);
}

/** @param {number} number With two digits behind the point, and a minus that is as wide as others. */
export function formatSigned(number) {
  return SIGNED.format(number).replace("-", "−");
}

/** @param {number} bytes `1.3 GB`, in powers of 1000. */
export function formatBytes(bytes) {
  let unit = 0;
  for (; bytes >= 999.95 && unit < UNITS.length - 1; unit++) bytes /= 1000;
  return `${unit === 0 ? bytes : bytes.toFixed(1)} ${UNITS[unit]}`;
}

/** @param {number} ms `8 ms`, `0.21 s`, `3 min 5 s`. */
export function formatDuration(ms) {
  if (ms < 100) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toPrecision(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round(ms % 60_000 / 1000)} s`;
}

/** Characters that would hide, break a line, or turn the text around them. */
const UNSEEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** What is shown of a key, in UTF-16 units: a longer one would hide all others. */
const MOST_SHOWN = 1000;

/**
 * A key as it can be seen: pictures of control characters stand for these, and numbers for others
 * that have no shape. Of a long one its beginning is there. It goes into the page as text, never as
 * markup.
 *
 * @param {string} key
 * @returns {string}
 */
export function showKey(key) {
  if (key === "") return "(empty)";
  if (key.length > MOST_SHOWN) {
    const beginning = key.slice(0, MOST_SHOWN).replace(/[\ud800-\udbff]$/, ""); // no half of a pair
    return `${showKey(beginning)}… (${formatCount(key.length)} long)`;
  }
  return key.replace(UNSEEN, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
  });
}
