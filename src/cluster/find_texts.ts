import { areMergeable } from "../algebra/mergeable.ts";
import type { RunnableKernel } from "../contract/kernel_manifest.ts";
import type { CountOptions } from "../contract/options.ts";
import { resultValues } from "../contract/result_values.ts";
import { firstStageTerms } from "../engine/stages/stages.ts";
import { HEAD_BYTES } from "../input/beginnings.ts";
import { type BorderRule, borderRule } from "../input/split_borders.ts";
import type { RemoteTexts } from "../input/text_series.ts";
import type { RangedReader } from "../intake/ranged_reader.ts";
import type { RangedText } from "../intake/remote/ranged_text.ts";
import { schemeOf } from "../intake/remote/remote_texts.ts";
import type { SpreadTerms } from "./cluster_job.ts";
import { type Divisible, MOST_SPLITS } from "./plan_splits.ts";
import { beginText } from "../records/headed_text.ts";
import { readHeaderRow } from "../records/header_row.ts";
import { QuestionKernel } from "../records/question_kernel.ts";
import { judgeHead } from "./judge_head.ts";
import { readBytes } from "./read_bytes.ts";
import type { DividedText, WholeText } from "./split_task.ts";

/** A text of a job, and whether nodes can count parts of it. */
export interface FoundText extends Divisible {
  source: DividedText | WholeText;
  /** The record that names its columns, where that is wanted. */
  header?: Uint8Array;
}

/** Most bytes of a header that is read in front of each split. */
const MOST_HEADER_BYTES = 64 * 1024;

/** URLs that are looked at at once. */
const AT_ONCE = 8;

/**
 * Whether the results of texts that were counted apart can be put together, and say the same.
 *
 * @param kernel Of a client.
 */
export function canSpread(kernel: RunnableKernel | undefined): boolean {
  const { manifest } = kernel ?? {};
  return manifest === undefined || firstStageTerms(manifest) !== undefined ||
    areMergeable(resultValues(manifest));
}

/**
 * Looks at texts behind URLs, several at once.
 *
 * @returns Undefined if there are more than nodes are given at once.
 * @throws {JobError} What is wrong with one that cannot be read; `unknown_column`, `repeated_column` or
 * `columns_differ` of headers.
 */
export async function findTexts(
  { urls: named, decompress }: RemoteTexts,
  { options, limits: { kernel } }: Pick<SpreadTerms, "options" | "limits">,
  reader: RangedReader,
): Promise<FoundText[] | undefined> {
  const urls = await listTexts(named, reader);
  if (urls === undefined) return undefined;
  const found: FoundText[] = [];
  let next = 0;
  const rule = borderRule(options, kernel?.manifest);
  const work = async () => {
    while (next < urls.length) {
      const index = next++;
      const whole = { url: urls[index], decompress };
      const text = await reader.lookAt(whole.url);
      const divided = decompress === "none" && text && await divide(text, options, rule, reader);
      found[index] = divided || { source: whole, bytes: text?.bytes ?? 0, divides: false };
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, urls.length) }, work));
  requireColumns(found, options);
  return found;
}

/** Finds the columns in the headers of texts, as one node would that counts them all. */
function requireColumns(found: readonly FoundText[], options: CountOptions): void {
  const kernel = QuestionKernel.of(options);
  found.forEach(({ source, header }, part) => {
    if (!header || !("markBytes" in source)) return;
    const { url, name, markBytes: offset } = source;
    const path = schemeOf(url) === "shared:" ? { path: name } : {};
    beginText(kernel!, header, { offset, part, name, ...path });
  });
}

/** The URLs of all texts that some name, where they are not too many. */
async function listTexts(
  named: readonly string[],
  reader: RangedReader,
): Promise<string[] | undefined> {
  const urls: string[] = [];
  for (const each of named) {
    for await (const url of reader.list(each)) {
      if (urls.push(url) > MOST_SPLITS) return undefined;
    }
  }
  return urls;
}

/** Divides a text that is in UTF-8, and whose header is not too long. */
async function divide(
  text: RangedText,
  { bom, charset, delimiter }: CountOptions,
  rule: BorderRule,
  reader: RangedReader,
): Promise<FoundText | undefined> {
  const most = rule.header ? MOST_HEADER_BYTES : HEAD_BYTES;
  const read = await readBytes(reader.readRange(text, { from: 0, to: Math.min(most, text.bytes) }));
  const head = read.subarray(0, HEAD_BYTES);
  const markBytes = judgeHead(head, { bom, charset: text.charset ?? charset });
  if (markBytes === undefined) return undefined;
  const found = { source: { ...text, markBytes }, bytes: text.bytes, divides: true };
  if (!rule.header) return found;
  const unmarked = read.subarray(markBytes);
  const headerBytes = readHeaderRow(unmarked, delimiter)?.bytes;
  if (headerBytes === undefined || headerBytes === unmarked.length) return undefined;
  const source = { ...found.source, headerBytes };
  return { ...found, source, header: unmarked.slice(0, headerBytes) };
}
