import type { JobEvent, ProgressEvent, TopEvent } from "../../client/mod.ts";
import { onInterrupt } from "../terminal/on_interrupt.ts";
import { Live } from "../terminal/live.ts";
import { readWhole } from "../terminal/read_option.ts";
import { type Cell, formatRows, formatTsv } from "../terminal/rows.ts";
import { canDraw } from "../terminal/look.ts";
import { print } from "../terminal/stdout.ts";
import { formatBytes, formatCount } from "../terminal/units.ts";
import { askServer } from "./ask_server.ts";
import { findJob } from "./find_job.ts";
import { failAtEnd } from "./print_result.ts";
import type { ServerChoice } from "./server_options.ts";

/** Shows how a job goes on. */
interface View {
  show(event: JobEvent): void;
  /** The connection is lost, and the client tries again. */
  lose(): void;
}

/** `millrace watch`. */
export function watchJob(
  given: string,
  { top, ...options }: ServerChoice & { top: string },
): Promise<void> {
  const most = readWhole("--top", top);
  let view: View | undefined;
  onInterrupt(() => console.error("The job goes on; 'millrace jobs cancel' ends it"));
  return askServer(options, async (millrace) => {
    const id = await findJob(millrace, given);
    const job = millrace.jobs.get(id);
    await job.status(); // an unknown job, or no server, is no connection to open again
    view = createView(id, options.json);
    for await (const event of job.events({ top: most })) {
      view.show(event);
      failAtEnd(event);
    }
  }, () => view?.lose());
}

function createView(id: string, json?: true): View {
  const note = () => console.error("The connection is lost; it is opened again");
  if (json) return { show: (event) => print(JSON.stringify(event) + "\n"), lose: note };
  if (!canDraw(Deno.stdout)) return { show: (event) => print(formatLines(event)), lose: note };
  return new LiveView(id);
}

/** The last of each kind of event, as one frame. */
class LiveView implements View {
  readonly #live = new Live();
  readonly #id: string;
  #progress: ProgressEvent["data"] | undefined;
  #counts: TopEvent["data"]["counts"] = [];
  #note = "";

  constructor(id: string) {
    this.#id = id;
  }

  show({ event, data }: JobEvent): void {
    this.#note = "";
    if (event === "progress") this.#progress = data;
    else if (event === "top") this.#counts = data.counts;
    else this.#progress = { ...data.progress, state: data.state, mbPerSecond: 0 };
    this.#draw();
  }

  lose(): void {
    this.#note = "the connection is lost; it is opened again\n";
    this.#draw();
  }

  #draw(): void {
    const { state = "pending", bytes = 0, tokens = 0, mbPerSecond = 0 } = this.#progress ?? {};
    const rate = mbPerSecond > 0 ? `, ${mbPerSecond} MB/s` : "";
    const head = `job ${this.#id}\n${state}: ${formatBytes(bytes)}, ${
      formatCount(tokens)
    } tokens${rate}\n`;
    this.#live.show(head + this.#note + formatCounts(this.#counts));
  }
}

function formatCounts(counts: TopEvent["data"]["counts"]): string {
  if (counts.length === 0) return "";
  const columns = [{ head: "SO FAR, ABOUT" }, { head: "", align: "right" } as const];
  return "\n" + formatRows(columns, counts.map(cellsOf));
}

/** Lines for programs: the name of the event, and what it says. */
function formatLines({ event, data }: JobEvent): string {
  if (event === "top") return formatTsv(data.counts.map((row) => ["top", ...cellsOf(row)]));
  const { state } = data;
  const { bytes, tokens } = event === "progress" ? data : data.progress;
  return formatTsv([[state, bytes, tokens]]);
}

function cellsOf(row: TopEvent["data"]["counts"][number]): Cell[] {
  return [row.key, "count" in row ? row.count : row.value];
}
