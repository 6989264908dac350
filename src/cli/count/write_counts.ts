import type { OutputBlocks } from "../../output/body.ts";
import { uniqBlocks } from "../../output/uniq.ts";
import { usageError } from "../terminal/explain.ts";
import type { Sink } from "../terminal/sink.ts";
import type { Answer, Counter, Seen } from "./counter.ts";
import type { Source } from "./list_files.ts";
import { asOneText } from "./one_text.ts";
import type { CountSettings } from "./settings.ts";

const encoder = new TextEncoder();

/**
 * Counts and writes the answer, in the form that the settings name.
 *
 * @param stop Ends the telling of progress: data may follow.
 * @returns What was seen, for the last line.
 */
export async function writeCounts(
  counter: Counter,
  settings: CountSettings,
  sources: readonly Source[],
  sink: Sink,
  stop: () => void,
): Promise<Seen> {
  if (settings.isPerFile) return await writeEach(counter, settings, sources, sink, stop);
  if (settings.isTotal || settings.form === "table") {
    return await writeDocument(counter, settings, sources, sink, stop);
  }
  const answer = settings.form === "uniq"
    ? await asUniq(counter, settings, sources)
    : await counter.answer(sources, settings.form);
  stop();
  for await (const block of answer.blocks) await sink.write(block);
  return answer.seen;
}

/** All keys, since `sort -rn` has another order of those with one count than Millrace. */
async function asUniq(
  counter: Counter,
  { count: { top, order } }: CountSettings,
  sources: readonly Source[],
): Promise<Answer> {
  const { cursor, seen, close } = await counter.records(sources);
  const blocks = uniqBlocks(cursor, { top, fallingTies: order !== "key" });
  const isCut = top > 0 && top < (seen.shown?.keys ?? 0);
  return {
    blocks: closing(blocks, close),
    seen: isCut ? { ...seen, shown: { keys: top } } : seen,
  };
}

function* closing(blocks: OutputBlocks, close: () => void): OutputBlocks {
  try {
    yield* blocks;
  } finally {
    close();
  }
}

async function writeDocument(
  counter: Counter,
  settings: CountSettings,
  sources: readonly Source[],
  sink: Sink,
  stop: () => void,
): Promise<Seen> {
  const { formatDocument, seenIn } = await import("./documents.ts");
  const document = await counter.document(sources);
  const { isTerminal } = sink;
  const place = { isFirst: true, isTerminal };
  const text = await asOneText(() => formatDocument({ document }, settings, place));
  stop();
  await writeText(sink, settings, text);
  return seenIn(document, settings);
}

/** One answer after another; a file that cannot be counted has none. */
async function writeEach(
  counter: Counter,
  settings: CountSettings,
  sources: readonly Source[],
  sink: Sink,
  stop: () => void,
): Promise<Seen> {
  const { formatDocument, seenIn } = await import("./documents.ts"); // no other form needs it
  let sum: Seen | undefined;
  for (const source of sources) {
    const document = await counter.documentOf(source);
    if (document === undefined) continue;
    const named = { file: source.name, document };
    const place = { isFirst: sum === undefined, isTerminal: sink.isTerminal };
    const text = await asOneText(() => formatDocument(named, settings, place));
    stop();
    await writeText(sink, settings, text);
    sum = addSeen(sum, seenIn(document, settings));
  }
  if (sum !== undefined) return sum;
  throw counter.failures[0] ?? usageError("Cannot count: there is no text below this folder");
}

/** A table holds nothing that a terminal would obey but its own colours. */
function writeText(sink: Sink, { form }: CountSettings, text: string): Promise<void> {
  return form === "table" ? sink.show(text) : sink.write(encoder.encode(text));
}

function addSeen(sum: Seen | undefined, { keys, counted = 0, bytes, shown }: Seen): Seen {
  return {
    keys: keys + (sum?.keys ?? 0),
    counted: counted + (sum?.counted ?? 0),
    bytes: bytes + (sum?.bytes ?? 0),
    shown: {
      keys: (shown?.keys ?? 0) + (sum?.shown?.keys ?? 0),
      counted: (shown?.counted ?? 0) + (sum?.shown?.counted ?? 0),
    },
  };
}
