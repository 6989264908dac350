import type { SingleBar } from "cli-progress";
import { ownQuietly } from "../../async/own_quietly.ts";
import { canDraw, terminalColumns } from "./look.ts";
import { formatBytes, formatTime } from "./units.ts";

/** How progress is told: `auto` draws on a terminal and is silent elsewhere. */
export type ProgressChoice = "auto" | "plain" | "none";

/** What is under way. */
export interface Work {
  /** Bytes done. */
  read(): number;
  /** Bytes to do; undefined where nobody knows. Asked once, when progress is first told. */
  total(): number | undefined;
}

/** Shorter work needs no bar. */
const BAR_AFTER_MS = 1000;
const BAR_EVERY_MS = 100;
const LINE_EVERY_MS = 10_000;

/** Tells on stderr how work goes on, until the function that it gives is called. */
export function tellProgress(choice: ProgressChoice, work: Work): () => void {
  if (choice === "plain") return tellLines(work);
  return choice === "auto" && canDraw(Deno.stderr) ? drawBar(work) : () => {};
}

function tellLines(work: Work): () => void {
  const began = performance.now();
  let total: number | undefined;
  const timer = setInterval(() => {
    total ??= work.total();
    const ms = performance.now() - began;
    console.error(formatLine(work.read(), total, ms));
  }, LINE_EVERY_MS);
  return () => clearInterval(timer);
}

/** Bytes done, of how many, how fast, and how long that will still take. */
export function formatLine(read: number, total: number | undefined, ms: number): string {
  const rate = `${formatBytes(read * 1000 / ms)}/s`;
  if (total === undefined || total < read) return `${formatBytes(read)}, ${rate}`;
  const percent = total === 0 ? 100 : Math.floor(100 * read / total);
  const left = read === 0
    ? ""
    : `, about ${formatTime(Math.max(1000, ms * (total - read) / read))} left`;
  return `${percent} % of ${formatBytes(total)}, ${rate}${left}`;
}

function drawBar(work: Work): () => void {
  const began = performance.now();
  let bar: SingleBar | undefined;
  let total: number | undefined;
  let timer: ReturnType<typeof setTimeout>;
  let isOver = false;
  const update = () => {
    const read = work.read();
    const told = formatLine(read, total, performance.now() - began);
    bar?.update(total === undefined ? 0 : Math.min(read, total), { told });
  };
  const begin = async () => {
    const { SingleBar } = (await import("cli-progress")).default;
    if (isOver) return;
    total = work.total();
    bar = new SingleBar({
      format: total === undefined ? "{told}" : "{bar} {told}",
      barsize: Math.max(4, Math.min(30, terminalColumns() - 50)),
      barCompleteChar: "━",
      barIncompleteChar: "·",
      stream: (await import("node:process")).stderr,
      linewrap: false,
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
    });
    if (isOver) return;
    bar.start(Math.max(1, total ?? 1), 0, { told: "" });
    update();
    timer = setInterval(update, BAR_EVERY_MS);
  };
  timer = setTimeout(() => ownQuietly(begin()), BAR_AFTER_MS);
  return () => {
    isOver = true;
    clearInterval(timer);
    bar?.stop();
    bar = undefined;
  };
}
