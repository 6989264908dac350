import { settleOptions } from "../contract/settle_options.ts";
import { digest } from "../digest.ts";
import type { SpreadTerms } from "./cluster_job.ts";
import type { FoundText } from "./find_texts.ts";
import type { SentKernel } from "./kernel_modules.ts";
import { type ClusterSize, planSplits } from "./plan_splits.ts";
import type { QueuedSplit } from "./split_queue.ts";
import type { SplitTask, TextTask } from "./split_task.ts";
import type { Share } from "./start_tags.ts";

/** What all splits of a job have. */
export interface JobTerms {
  readonly task: Pick<SplitTask, "job" | "tenant" | "options" | "kernel">;
  readonly share: Share;
  /** The job's span, where it is traced. */
  readonly traceparent: string | undefined;
}

/** The splits of a job, in the order of its texts. */
export interface SplitPlan {
  /** Bytes of all of them, if that is known before they are. */
  readonly bytes: number | undefined;
  /**
   * Gives splits as they can be counted.
   *
   * @param stopped Resolves when more of them are not wanted.
   */
  splits(terms: JobTerms, stopped: Promise<void>): AsyncIterable<QueuedSplit<TextTask>[]>;
}

/** Describes what all splits of a job have. @param kernel What makes the keys, for other nodes. */
export async function describeSplits(
  { id, options: given, kernel: keyed, limits: { tenant }, weight }: SpreadTerms,
  kernel: SentKernel | undefined,
  traceparent: string | undefined,
): Promise<JobTerms> {
  const job = await digest(`${tenant ?? ""}\n${id}`); // tenants may have jobs of one id
  const options = settleOptions(given, keyed !== undefined); // as a job has them that is begun again
  const share = { flow: tenant === undefined ? job : `tenant ${tenant}`, weight };
  return { task: { job, tenant, options, kernel }, share, traceparent };
}

/**
 * Plans the splits of texts behind URLs. They depend on the job and on how many nodes there are alone,
 * so a node that begins a job again finds in the queue what was done of it before, if they are as many.
 */
export function planTexts(texts: readonly FoundText[], size: ClusterSize): SplitPlan {
  return {
    bytes: sizeOf(texts),
    async *splits(terms) {
      yield await Promise.all(
        planSplits(texts, size).map(({ index: part, from, to }) =>
          createSplit(terms, { part, source: texts[part].source, from, to })
        ),
      );
    },
  };
}

/** A split, by an id that is the same whenever the same plan is made. */
export async function createSplit(
  { task: common, share, traceparent }: JobTerms,
  place: Pick<TextTask, "part" | "source" | "from" | "to" | "quoted">,
): Promise<QueuedSplit<TextTask>> {
  const task = { ...common, ...place };
  const id = await digest(JSON.stringify(task));
  return { id, task: { ...task, traceparent }, share };
}

/** Bytes of all texts; undefined where one is not read as it lies there, but decoded. */
function sizeOf(texts: readonly FoundText[]): number | undefined {
  if (!texts.every(({ divides }) => divides)) return undefined;
  return texts.reduce((sum, { bytes }) => sum + bytes, 0);
}
