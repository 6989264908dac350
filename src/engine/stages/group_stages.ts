import type { ResultShape } from "../../contract/documents.ts";
import { refuseGroup } from "../../contract/value_options.ts";
import { readGroup } from "../../contract/expressions/groups.ts";
import { completeCountOptions, type CountOptions } from "../../contract/options.ts";
import type { Segment } from "../../reduce/segment.ts";
import type { SubmitOptions } from "../job_contract.ts";
import { LemmaText } from "./lemma_text.ts";
import type { RecordText } from "./record_text.ts";
import { FormGroupText, StemText } from "./stem_text.ts";
import { loadStemmer } from "./stemmer.ts";

// Jobs with `group` are counted in stages as well:
//
//   stem(LANGUAGE)  1. keys, by key    2. keys behind their stems    3. the sum of each stem
//   lemma(TABLE)    1. keys, by key    2. their lemmas, by the table
//
// No more than a record of each list is in the host's memory. Stems are made on the host, some hundred
// at a time: of distinct keys, not of tokens.

/** What a stage of groups counts. */
interface GroupStage {
  text: RecordText;
  options: CountOptions;
  isLast: boolean;
}

/** Options of a stage whose keys are put in groups later: it leaves out none. */
export function ofForms(options: CountOptions): CountOptions {
  const all = { top: 0, min: 1, max: 0, prefix: "", order: "key", group: "" } as const;
  return completeCountOptions({ ...options, ...all });
}

/**
 * @param shape What the rows of the job consist of.
 * @throws {JobError} `invalid_parameter` for rows that cannot be put in groups.
 * @throws {RangeError} If there is no table of the lemmas that are asked for.
 */
export function checkGroup(
  { group }: CountOptions,
  { lemmas }: SubmitOptions,
  shape: ResultShape,
): void {
  refuseGroup(group, shape, "kernel");
  if (lemmas !== undefined || readGroup(group)?.kind !== "lemma") return;
  throw new RangeError(`Cannot use option group: no table of lemmas comes with ${group}`);
}

/**
 * The stage behind another one.
 *
 * @param keys What that one has given, by key.
 * @param stages Stages so far.
 */
export async function nextGroupStage(
  keys: Segment,
  options: CountOptions,
  lemmas: Segment | undefined,
  stages: number,
): Promise<GroupStage> {
  const group = readGroup(options.group)!;
  if (group.kind === "stem" && stages === 1) {
    const text = new StemText(keys, await loadStemmer(group.language));
    const asTheyAre = { top: 0, order: "key", case: "preserve" } as const;
    return { text, options: completeCountOptions(asTheyAre), isLast: false };
  }
  const text = group.kind === "stem" ? new FormGroupText(keys) : new LemmaText(keys, lemmas!);
  return { text, options: ofGroups(options), isLast: true };
}

/** What is shown of groups. Their keys have the form of the job's, as `prefix` is to have it. */
function ofGroups(options: CountOptions): CountOptions {
  const { case: folding, normalization, top, min, max, prefix, order } = options;
  return completeCountOptions({ case: folding, normalization, top, min, max, prefix, order });
}
