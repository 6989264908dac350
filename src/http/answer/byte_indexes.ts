import type { ByteIndex } from "../../output/byte_index.ts";
import { type OutputBlocks, turn } from "../../output/body.ts";

/** How many indexes are kept: each takes at most some 100 KB. */
const MOST_INDEXES = 64;

interface Entry {
  made: Promise<ByteIndex>;
  /** Once it is made. */
  index?: ByteIndex;
}

/** The index of each answer by its entity tag, in the order of their last use. */
const entries = new Map<string, Entry>();

/** The index of an answer, made once for all requests. */
export function indexOf(etag: string, make: () => Promise<ByteIndex>): Promise<ByteIndex> {
  const entry = entries.get(etag) ?? createEntry(etag, make);
  entries.delete(etag);
  entries.set(etag, entry);
  if (entries.size > MOST_INDEXES) entries.delete(entries.keys().next().value!);
  return entry.made;
}

function createEntry(etag: string, make: () => Promise<ByteIndex>): Entry {
  const entry: Entry = {
    made: make().then((index) => entry.index = index).catch((error) => {
      if (entries.get(etag) === entry) entries.delete(etag);
      throw error;
    }),
  };
  return entry;
}

/** The length of an answer, if it is known by now. */
export function knownLength(etag: string): number | undefined {
  return entries.get(etag)?.index?.bytes;
}

/** The length of some blocks together. */
export async function measure(blocks: OutputBlocks): Promise<number> {
  let bytes = 0;
  for (const { length } of blocks) {
    bytes += length;
    if (length === 0) await turn();
  }
  return bytes;
}
