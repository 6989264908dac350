import { assertRejects } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import type { TextPart } from "../../../src/input/text_series.ts";
import type { RemoteOptions } from "../../../src/intake/remote/remote_file.ts";
import {
  openUrls,
  type Places,
  REMOTE_DEFAULTS,
  type RemoteTerms,
} from "../../../src/intake/remote/remote_texts.ts";
import { Random } from "../random.ts";
import { readBytes } from "../streams.ts";
import { PATIENCE_MS } from "../waits.ts";

/** Options under which a test reads from this machine, in small pieces. */
export const OPTIONS: RemoteOptions = {
  ...REMOTE_DEFAULTS,
  mayConnect: () => true,
  resolve: () => Promise.resolve(["127.0.0.1"]),
  stallTimeoutMs: PATIENCE_MS,
  pieceBytes: 100_000,
  backoffMs: 1,
};

const random = new Random(1);
/** What a test serves: random bytes, so that no two pieces are the same. */
export const FILE = Uint8Array.from({ length: 1_234_567 }, () => random.below(256));

interface ReadText {
  name?: string;
  charset?: string;
  bytes: Uint8Array;
}

/** Reads everything that the URLs lead to. */
export async function read(
  urls: string | string[],
  options: Partial<RemoteOptions> = {},
  terms: RemoteTerms = {},
  places: Places = {},
): Promise<ReadText[]> {
  const texts: ReadText[] = [];
  const opened = openUrls([urls].flat(), { ...OPTIONS, ...options }, terms, places);
  for await (const part of opened.texts) {
    const { text, ...rest } = part as TextPart;
    texts.push({ ...rest, bytes: await readBytes(text as ReadableStream<Uint8Array>) });
  }
  return texts;
}

/** What reading the URLs fails with. */
export async function errorOf(
  urls: string | string[],
  options: Partial<RemoteOptions> = {},
  terms: RemoteTerms = {},
): Promise<JobError> {
  return await assertRejects(() => read(urls, options, terms), JobError);
}
