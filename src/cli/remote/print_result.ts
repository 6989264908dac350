import type { EndEvent, Job, JobEvent, ResultDownloadRequest } from "../../client/mod.ts";
import { groupOnServer } from "../algebra/lemma_file.ts";
import { CommandError, usageError } from "../terminal/explain.ts";
import type { Sink } from "../terminal/sink.ts";
import { isTerminal } from "../terminal/stdout.ts";
import { withSink } from "../terminal/with_sink.ts";
import { formatAnswer, type ShownRow } from "./answer_table.ts";
import { askServer } from "./ask_server.ts";
import { findJob } from "./find_job.ts";
import { keepDigits } from "./keep_digits.ts";
import type { ResultChoice, ResultForm } from "./result_options.ts";
import type { ServerChoice } from "./server_options.ts";
import { say } from "../terminal/say.ts";

type Options = ServerChoice & ResultChoice & { output?: string };

/** `millrace jobs result`. */
export function printResult(
  given: string,
  { server, apiKeyFile, output, format, top, ...more }: Options,
): Promise<void> {
  const file = output === "-" ? undefined : output;
  const form = chooseForm(format as ResultForm | undefined, file);
  const query = { ...more, top: top === "all" ? "0" : top };
  return askServer({ server, apiKeyFile }, async (millrace) => {
    const job = millrace.jobs.get(await findJob(millrace, given));
    await job.status(); // no server is no connection to open again
    for await (const event of job.events({ top: 0 })) failAtEnd(event);
    const group = query.group && await groupOnServer(millrace, query.group as string);
    const asked = group === undefined ? query : { ...query, group };
    await withSink(file, (sink) => writeResult({ job, form, query: asked, sink }));
  });
}

function chooseForm(form: ResultForm | undefined, file: string | undefined): ResultForm {
  const isShown = file === undefined && isTerminal();
  const suffix = file?.match(/\.(json|ndjson|csv|tsv|arrow)$/)?.[1];
  const chosen = form ?? suffix as ResultForm ?? (isShown ? "table" : "tsv");
  if (chosen !== "arrow" || !isShown) return chosen;
  throw usageError("Cannot show Arrow on a terminal: it is binary", "Say -o FILE, or pipe it");
}

/** @throws {CommandError} If an event is the bad end of a job. */
export function failAtEnd({ event, data }: JobEvent): void {
  if (event !== "failed" && event !== "cancelled") return;
  const { id, error } = data as EndEvent["data"];
  const reason = error?.detail ?? "it was cancelled";
  const advice = error === undefined ? "" : `Look with: millrace jobs show ${id}`;
  throw new CommandError(
    `Job ${id} has ${event === "failed" ? "failed" : "ended"}: ${reason}`,
    advice,
  );
}

interface Writing {
  job: Job;
  form: ResultForm;
  query: ResultChoice;
  sink: Sink;
}

/** The bytes of the server, or a table of them. */
async function writeResult({ job, form, query, sink }: Writing): Promise<void> {
  const format = form === "table" ? "json" : form;
  // The server reads what the command line says, and explains what is wrong with it.
  const answer = await job.download({ ...query, format } as ResultDownloadRequest);
  if (form !== "table") {
    for await (const bytes of answer.body!) await sink.write(bytes);
    return;
  }
  const { counts, values, otherKeys }: ShownResult = JSON.parse(await answer.text(), keepDigits);
  const table = formatAnswer(counts, { key: "", [values ? "value" : "count"]: "" });
  await sink.write(new TextEncoder().encode(table));
  if (otherKeys !== "0") say(`${otherKeys} keys are not shown; --top all shows all`);
}

/** A result whose numbers are texts. */
interface ShownResult {
  counts: ShownRow[];
  otherKeys: string;
  values?: unknown;
}
