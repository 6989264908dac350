import { BODY_LISTS, charsOfLists, type OptionLists } from "../contract/body_lists.ts";
import { JobError } from "../contract/problems.ts";
import { type JobRecord, RECORD_VERSION } from "./job_record.ts";

/** Lists of so many characters stand in the record; JSON may write six for each. */
const MOST_KEPT_CHARS = 4_000;
/** A value of Deno KV has at most 65,536 bytes. */
const PAGE_BYTES = 60_000;
/** One commit of Deno KV has at most 819,200 bytes. */
const MOST_BYTES = 640 * 1024;
/** How many values Deno KV gives at once. */
const BATCH = 10;

/** The form of records whose lists stand in pages; a release that does not know pages refuses it. */
const PAGED_VERSION = 3;

/** A record as it is stored where its lists are long: they are empty in its options. */
type PagedRecord = Omit<JobRecord, "version"> & { version: typeof PAGED_VERSION; pages: number };

/** What is stored of a record. */
export interface CutRecord {
  stored: JobRecord | PagedRecord;
  /** Its long lists, as parts of one JSON text. */
  pages: Uint8Array[];
}

/**
 * Takes long lists of options out of a record, which they would make too large for a value of Deno KV.
 * What is cut depends on the options alone, so that all moves of a job cut the same.
 *
 * @throws {JobError} `job_too_large` if a commit has no room for them.
 */
export function cutLists(record: JobRecord): CutRecord {
  const { options } = record;
  if (charsOfLists(options) <= MOST_KEPT_CHARS) return { stored: record, pages: [] };
  const lists = Object.fromEntries(BODY_LISTS.map((name) => [name, options[name] ?? []]));
  const bytes = new TextEncoder().encode(JSON.stringify(lists));
  if (bytes.length > MOST_BYTES) throw tooLarge(bytes.length);
  const empty = Object.fromEntries(BODY_LISTS.map((name) => [name, []]));
  const pages = Array.from(
    { length: Math.ceil(bytes.length / PAGE_BYTES) },
    (_, i) => bytes.slice(i * PAGE_BYTES, (i + 1) * PAGE_BYTES),
  );
  const short = { ...options, ...empty };
  const stored = {
    ...record,
    version: PAGED_VERSION,
    options: short,
    pages: pages.length,
  } as const;
  return { stored, pages };
}

/** Where the pages of a stored record stand. */
export function pageKeys({ id, pages }: { id: string; pages?: number }): Deno.KvKey[] {
  return Array.from({ length: pages ?? 0 }, (_, i) => ["lists", id, i]);
}

/** A stored value as a record, without its lists where they were cut out. */
export function uncut(value: unknown): unknown {
  if (!isPaged(value)) return value;
  const { pages: _, ...record } = value;
  return { ...record, version: RECORD_VERSION } satisfies JobRecord;
}

/**
 * A stored value with its lists in it again.
 *
 * @returns The value itself where nothing was cut; null if the job is gone meanwhile.
 */
export async function joinLists(kv: Deno.Kv, value: unknown): Promise<unknown> {
  if (!isPaged(value)) return value;
  const record = uncut(value) as JobRecord;
  const keys = pageKeys(value);
  const pages: Uint8Array<ArrayBuffer>[] = [];
  for (let i = 0; i < keys.length; i += BATCH) {
    const entries = await kv.getMany<Uint8Array<ArrayBuffer>[]>(keys.slice(i, i + BATCH));
    for (const { value } of entries) {
      if (value === null) return null;
      pages.push(value);
    }
  }
  const lists = JSON.parse(await new Blob(pages).text()) as OptionLists;
  return { ...record, options: { ...record.options, ...lists } };
}

function isPaged(value: unknown): value is PagedRecord {
  const { version, pages } = value as Partial<PagedRecord>;
  return version === PAGED_VERSION && pages !== undefined;
}

function tooLarge(bytes: number): JobError {
  return new JobError(
    "job_too_large",
    `Cannot keep job: its lists take ${bytes} bytes and may take ${MOST_BYTES}`,
    { details: { limit: MOST_BYTES } },
  );
}
