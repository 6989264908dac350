import { SERVER_PARAMETERS } from "./server_parameters.ts";

const HEAD = ["flag", "environment", "default", "meaning"];

/** What `--help` prints: a table of every option of the server. */
export function formatHelp(): string {
  const options = Object.values(SERVER_PARAMETERS).map(
    (each) => [`--${each.flag}`, each.env, each.default, each.about],
  );
  const switches = Object.values(SERVER_PARAMETERS).filter(({ isSwitch }) => isSwitch)
    .map(({ flag }) => `--${flag}`);
  const lines = formatColumns([
    HEAD,
    ...options,
    ["--help", "", "", "Print this"],
    ["--version", "", "", "Print the version"],
  ]);
  return [
    "Millrace counts words over HTTP.",
    "",
    "Usage: millrace serve [options], or deno task with serve, start or dev",
    "",
    ...lines.map((line) => `  ${line}`),
    "",
    "A flag wins over its variable. Sizes are written as 512MiB or 2GB, times as 500ms, 30s, 5m or 1h,",
    "rates as 100/s, 600/m or 5000/h.",
    `These take no value, since each alone means true: ${switches.join(", ")}.`,
    "",
  ].join("\n");
}

/** Pads every cell but the last of a row to the width of its column. */
function formatColumns(rows: readonly string[][]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)) + 2);
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(""));
}
