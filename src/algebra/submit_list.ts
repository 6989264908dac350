import { ignoreError, own } from "../async/own.ts";
import { completeCountOptions, type CountOptions } from "../contract/options.ts";
import type { JobHandle, SubmitOptions } from "../engine/job_contract.ts";
import type { ListText } from "./list_text.ts";
import { mergeTerms } from "./mergeable.ts";
import type { RecordEngine } from "./merger.ts";

/**
 * Makes a result of a list. Its keys are brought to the form that the options name, and counts of
 * what is the same key then are added up; nothing else of the options works on keys that are whole.
 *
 * @throws What the engine throws if it does not take the job; the list is cancelled then.
 */
export function submitList(
  engine: RecordEngine,
  list: ListText,
  options: CountOptions,
  limits: SubmitOptions,
): JobHandle {
  const { tokenizer, case: folding, normalization, order } = options;
  const keys = completeCountOptions({ tokenizer, case: folding, normalization, order, top: 0 });
  const totals = () => {
    const { bytes, counted, replacements } = list;
    return { bytes, tokens: counted, counted, replacements };
  };
  try {
    const { keyParts } = list;
    const input = { records: mergeTerms(undefined), keyParts, text: list, totals };
    const job = engine.submit(input, keys, limits);
    own(job.done, ignoreError);
    return job;
  } catch (error) {
    list.cancel(error);
    throw error;
  }
}
