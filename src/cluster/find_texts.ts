import { areMergeable } from "../algebra/mergeable.ts";
import type { RunnableKernel } from "../contract/kernel_manifest.ts";
import type { CountOptions } from "../contract/options.ts";
import { resultValues } from "../contract/result_values.ts";
import { firstStageTerms } from "../engine/stages/stages.ts";
import { HEAD_BYTES } from "../input/beginnings.ts";
import { borderRule } from "../input/split_borders.ts";
import type { RemoteTexts } from "../input/text_series.ts";
import type { RangedReader } from "../intake/ranged_reader.ts";
import type { RangedText } from "../intake/remote/ranged_text.ts";
import type { SpreadTerms } from "./cluster_job.ts";
import { type Divisible, MOST_SPLITS } from "./plan_splits.ts";
import { judgeHead } from "./judge_head.ts";
import { readBytes } from "./read_bytes.ts";
import type { DividedText, WholeText } from "./split_task.ts";

/** A text of a job, and whether nodes can count parts of it. */
export interface FoundText extends Divisible {
  source: DividedText | WholeText;
}

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
 * @throws {JobError} What is wrong with one that cannot be read.
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
  const mayDivide = decompress === "none" && typeof rule !== "string";
  const work = async () => {
    while (next < urls.length) {
      const index = next++;
      const whole = { url: urls[index], decompress };
      const text = await reader.lookAt(whole.url);
      const divided = mayDivide && text && await divide(text, options, reader);
      found[index] = divided
        ? { source: divided, bytes: divided.bytes, divides: true }
        : { source: whole, bytes: text?.bytes ?? 0, divides: false };
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, urls.length) }, work));
  return found;
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

/** A text with what its parts have to know, if it is in UTF-8. */
async function divide(
  text: RangedText,
  { bom, charset }: CountOptions,
  reader: RangedReader,
): Promise<DividedText | undefined> {
  const head = await readBytes(
    reader.readRange(text, { from: 0, to: Math.min(HEAD_BYTES, text.bytes) }),
  );
  const markBytes = judgeHead(head, { bom, charset: text.charset ?? charset });
  return markBytes === undefined ? undefined : { ...text, markBytes };
}
