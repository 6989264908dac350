import type { JobDocument } from "../../client/mod.ts";
import { printFacts } from "../terminal/print_rows.ts";
import type { Cell } from "../terminal/rows.ts";
import { print } from "../terminal/stdout.ts";
import { askServer } from "./ask_server.ts";
import { findJob } from "./find_job.ts";
import type { ServerChoice } from "./server_options.ts";

/** `millrace jobs show`. */
export function showJob(given: string, options: ServerChoice): Promise<void> {
  return askServer(options, async (millrace) => {
    const job = await millrace.jobs.get(await findJob(millrace, given)).status();
    if (options.json) print(JSON.stringify(job) + "\n");
    else printFacts(factsOf(job));
  });
}

function factsOf({ progress, totals, error, options, ...job }: JobDocument): [string, Cell][] {
  return [
    ["id", job.id],
    ["state", job.state],
    ["created", job.createdAt],
    ["started", job.startedAt],
    ["finished", job.finishedAt],
    ["expires", job.expiresAt],
    ["attempt", job.attempt],
    ["bytes", progress.bytes],
    ["tokens", progress.tokens],
    ["keys", totals?.keys],
    ["counted", totals?.counted],
    ["options", formatOptions(options)],
    ["error", error?.detail],
  ];
}

/** As a query says them, without what is empty. */
function formatOptions({ kernel, ...options }: JobDocument["options"]): string {
  const said = Object.entries(options).filter(([, value]) => String(value) !== "");
  const ofKernel = Object.entries(kernel?.options ?? {}).map(([name, value]) =>
    `option.${name}=${value}`
  );
  return [
    ...(kernel ? [`kernel=${kernel.id}`, ...ofKernel] : []),
    ...said.map(([name, value]) => `${name}=${value}`),
  ].join(" ");
}
