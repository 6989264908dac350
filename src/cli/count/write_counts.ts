import { closing } from "../../output/closing.ts";
import { usageError } from "../terminal/explain.ts";
import type { Sink } from "../terminal/sink.ts";
import type { Answer, Counter, Seen, SeenRecords } from "./counter.ts";
import type { NamedDocument } from "./documents.ts";
import type { Source } from "./list_files.ts";
import { asOneText } from "./one_text.ts";
import type { CountSettings } from "./settings.ts";

const encoder = new TextEncoder();

/** What is counted, how, and where it goes. */
export interface Counting {
  counter: Counter;
  settings: CountSettings;
  sources: readonly Source[];
  sink: Sink;
  /** Ends the telling of progress: data may follow. */
  stop: () => void;
}

/**
 * Counts and writes the answer, in the form that the settings name.
 *
 * @returns What was seen, for the last line.
 */
export async function writeCounts(counting: Counting): Promise<Seen> {
  const { counter, settings, sources, sink, stop } = counting;
  if (settings.isPerFile) return await writeEach(counting);
  if (settings.isTotal || settings.form === "table") {
    return await writeDocument(counting, { document: await counter.document(sources) }, true);
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
  const { uniqBlocks } = await import("../../output/uniq.ts"); // no other form needs it
  const { cursor, seen, close } = await counter.records(sources);
  const blocks = uniqBlocks(cursor, { top, fallingTies: order !== "key" });
  const isCut = top > 0 && top < (seen.shown?.keys ?? 0);
  return {
    blocks: closing(blocks, close),
    seen: isCut ? { ...seen, shown: { keys: top } } : seen,
  };
}

/** One answer after another; a file that cannot be counted has none. */
async function writeEach(counting: Counting): Promise<Seen> {
  const { counter, sources } = counting;
  let sum: Seen | undefined;
  for (const source of sources) {
    const document = await counter.documentOf(source);
    if (document === undefined) continue;
    const named = { file: source.name, document };
    sum = addSeen(sum, await writeDocument(counting, named, sum === undefined));
  }
  if (sum !== undefined) return sum;
  throw counter.failures[0] ?? usageError("Cannot count: there is no text below this folder");
}

/** A table holds nothing that a terminal would obey but its own colours. */
async function writeDocument(
  { settings, sink, stop }: Counting,
  named: NamedDocument,
  isFirst: boolean,
): Promise<Seen> {
  const { formatDocument, seenIn } = await import("./documents.ts"); // no other form needs it
  const { isTerminal } = sink;
  const text = await asOneText(() => formatDocument(named, settings, { isFirst, isTerminal }));
  stop();
  await (settings.form === "table" ? sink.show(text) : sink.write(encoder.encode(text)));
  return seenIn(named.document, settings);
}

function addSeen(sum: Seen | undefined, { keys, counted = 0, bytes, shown, records }: Seen): Seen {
  return {
    keys: keys + (sum?.keys ?? 0),
    counted: counted + (sum?.counted ?? 0),
    bytes: bytes + (sum?.bytes ?? 0),
    ...(records && { records: addRecords(records, sum?.records) }),
    shown: {
      keys: (shown?.keys ?? 0) + (sum?.shown?.keys ?? 0),
      counted: (shown?.counted ?? 0) + (sum?.shown?.counted ?? 0),
    },
  };
}

/** Without where they break: offsets are of one file each. */
function addRecords(records: SeenRecords, sum: SeenRecords | undefined): SeenRecords {
  return {
    records: records.records + (sum?.records ?? 0),
    missing: records.missing + (sum?.missing ?? 0),
    notNumbers: records.notNumbers + (sum?.notNumbers ?? 0),
    skipped: records.skipped + (sum?.skipped ?? 0),
  };
}
