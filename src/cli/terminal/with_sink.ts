import { onInterrupt } from "./on_interrupt.ts";
import { openFileSink, openStdout, ReaderGone, type Sink } from "./sink.ts";

/**
 * Opens a sink for a piece of work, at whose end all is written; where it fails or is interrupted,
 * nothing is kept of a file. A reader who has gone ends the work, and that is no failure.
 *
 * @param path Of the file; undefined for stdout.
 * @param abandon Leaves nothing else behind, at once: the process ends.
 */
export async function withSink(
  path: string | undefined,
  work: (sink: Sink) => Promise<void>,
  abandon: () => void = () => {},
): Promise<void> {
  const sink = path === undefined ? openStdout() : openFileSink(path);
  const forget = onInterrupt(() => {
    sink.abandon();
    abandon();
  });
  try {
    await work(sink);
    sink.finish();
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
  } finally {
    sink.abandon();
    forget();
  }
}
