import type { JobDocument, JobState } from "../../client/mod.ts";
import { printRows } from "../terminal/print_rows.ts";
import { print } from "../terminal/stdout.ts";
import type { Cell, RowColumn } from "../terminal/rows.ts";
import { readWhole } from "../terminal/read_option.ts";
import { formatBytes, formatCount, formatTime } from "../terminal/units.ts";
import { askServer } from "./ask_server.ts";
import type { ServerChoice } from "./server_options.ts";

/** The most that a server lists at once. */
const MOST_AT_ONCE = 1000;

export const JOB_COLUMNS: readonly RowColumn[] = [
  { head: "ID" },
  { head: "STATE" },
  { head: "AGE", align: "right" },
  { head: "BYTES", align: "right" },
  { head: "TOKENS", align: "right" },
  { head: "KEYS", align: "right" },
];

/** `millrace jobs list`. */
export function listJobs(
  options: ServerChoice & { state?: JobState; limit: string },
): Promise<void> {
  const most = readWhole("--limit", options.limit) || Infinity;
  return askServer(options, async (millrace) => {
    const limit = Math.min(most, MOST_AT_ONCE);
    const jobs: JobDocument[] = [];
    for await (const job of millrace.jobs.list({ state: options.state, limit })) {
      if (jobs.length === most) break;
      jobs.push(job);
    }
    if (options.json) return print(JSON.stringify({ jobs, links: {} }) + "\n");
    printRows(JOB_COLUMNS, jobs, { forPeople: shownCells, forPrograms: bareCells });
  });
}

/** What a program reads: whole numbers and times of ISO 8601. */
function bareCells({ id, state, createdAt, progress, totals }: JobDocument): Cell[] {
  return [id, state, createdAt, progress.bytes, progress.tokens, totals?.keys];
}

/** What people read. */
export function shownCells({ id, state, createdAt, progress, totals }: JobDocument): Cell[] {
  return [
    id,
    state,
    formatTime(Date.now() - Date.parse(createdAt)),
    formatBytes(progress.bytes),
    formatCount(progress.tokens),
    totals && formatCount(totals.keys),
  ];
}
