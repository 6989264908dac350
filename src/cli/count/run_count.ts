import { EXIT } from "../terminal/exit_codes.ts";
import type { CommandError } from "../terminal/explain.ts";
import { onInterrupt } from "../terminal/on_interrupt.ts";
import { tellProgress } from "../terminal/progress.ts";
import { openFileSink, openStdout, ReaderGone } from "../terminal/sink.ts";
import type { Counter } from "./counter.ts";
import { listFiles, type Source } from "./list_files.ts";
import type { Given } from "./read_api.ts";
import { type CountSettings, readSettings } from "./settings.ts";
import { ShortCounter } from "./short_counter.ts";
import { formatSummary } from "./summary.ts";
import { writeCounts } from "./write_counts.ts";
import { say } from "../terminal/say.ts";

/** Counts what the words of a command line name, as its options say. */
export async function runCount(words: readonly string[], given: Given): Promise<void> {
  const began = performance.now();
  const settings = readSettings(words, given);
  const { sources, failures } = await listFiles(
    settings.words,
    settings.isRecursive,
    // What knows stores is loaded for them alone.
    async (word) => (await import("./list_stored.ts")).listStored(word, settings.shared),
  );
  if (failures.length > 0 && (settings.isStrict || sources.length === 0)) throw failures[0];
  if (settings.isDetached) return await submit(settings, sources, failures);
  const sink = settings.path === undefined ? openStdout() : openFileSink(settings.path);
  let counter: Counter | undefined;
  let stop = () => {};
  const forget = onInterrupt(() => {
    stop();
    sink.abandon();
    counter?.abandon();
  });
  try {
    counter = await startCounter(settings, sources);
    stop = tellProgress(settings.progress, counter.work);
    const seen = await writeCounts({ counter, settings, sources, sink, stop });
    sink.finish();
    const leftOut = { failures: [...failures, ...counter.failures], noTexts: counter.noTexts };
    report(leftOut.failures);
    if (settings.isQuiet) return;
    say(formatSummary(seen, settings, performance.now() - began, leftOut));
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
  } finally {
    stop();
    sink.abandon();
    await counter?.close();
    forget();
  }
}

async function startCounter(settings: CountSettings, sources: readonly Source[]): Promise<Counter> {
  if (settings.server === undefined) {
    if (ShortCounter.takes(settings, sources)) return new ShortCounter(settings);
    const { LocalCounter } = await import("./local_counter.ts");
    return await LocalCounter.start(settings, sources);
  }
  return await connect(settings, settings.server, sources);
}

async function connect(settings: CountSettings, server: string, sources: readonly Source[]) {
  const { connectTo } = await import("../remote/connect.ts");
  const { RemoteCounter } = await import("./remote_counter.ts");
  return new RemoteCounter(
    await connectTo({ server, apiKeyFile: settings.apiKeyFile }),
    settings,
    sources,
  );
}

/** The job goes on without this process: its id is all that is printed. */
async function submit(
  settings: CountSettings,
  sources: readonly Source[],
  failures: readonly CommandError[],
): Promise<void> {
  const counter = await connect(settings, settings.server!, sources);
  const { id } = await counter.submit(sources);
  console.log(id);
  report([...failures, ...counter.failures]);
  if (!settings.isQuiet) say(`See it with: millrace watch ${id}`);
}

/** Says what was left out, and ends the process accordingly. */
function report(failures: readonly CommandError[]): void {
  for (const { message, advice } of failures) {
    say(message);
    if (advice !== "") say(advice);
  }
  if (failures.length > 0) Deno.exitCode = EXIT.partly;
}
