// Numbers as people read them.

const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB"];

/** Seconds of each unit of time, the largest first. */
const TIME_UNITS = [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]] as const;

/** `1234567` as `1,234,567`. What formats for all languages takes 10 ms to begin. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1234567` as `1.2 MB`. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${
    BYTE_UNITS[unit]
  }`;
}

/** Milliseconds as `2 h 3 min`: the two largest units. */
export function formatTime(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of TIME_UNITS) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
