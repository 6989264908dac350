import { onSettled } from "../../async/on_settled.ts";
import { startTimer } from "../../async/timers.ts";
import { JobError } from "../../contract/problems.ts";
import type { WaitOptions } from "../job_contract.ts";

/**
 * Gives jobs as they finish, whether done, failed or cancelled, however they were ordered.
 *
 * The jobs go on when the iteration ends early.
 *
 * @example
 * ```ts
 * import { asCompleted, Engine } from "@millrace/millrace";
 *
 * await using engine = await Engine.start({ workers: 1 });
 * const texts = ["to be", "or not", "to be"];
 * let tokens = 0;
 * for await (const job of asCompleted(texts.map((text) => engine.submit(text)))) {
 *   tokens += (await job.done).totals.tokens;
 * }
 * if (tokens !== 6) throw new Error(`${tokens} tokens`);
 * ```
 *
 * @param jobs Jobs of any engine; each is given once for each time that it is named.
 * @param options.timeoutMs Longest time for all of them together.
 * @throws {JobError} `result_timeout` if jobs are left when the time is over.
 * @throws The signal's reason if it is aborted.
 */
export async function* asCompleted<J extends { readonly done: Promise<unknown> }>(
  jobs: Iterable<J>,
  { timeoutMs, signal }: WaitOptions = {},
): AsyncGenerator<J, void, void> {
  const finished: J[] = [];
  const failed = { reason: undefined as { error: unknown } | undefined };
  let wake = () => {};
  let left = 0;
  const fail = (error: unknown) => {
    failed.reason ??= { error };
    wake();
  };
  const abort = () => fail(signal!.reason);
  const late = () => {
    const message = `Cannot wait for ${left} more jobs: they were not done after ${timeoutMs} ms`;
    fail(new JobError("result_timeout", message, { details: { limit: timeoutMs } }));
  };
  const timer = startTimer(timeoutMs, late);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  const unwatch = Array.from(jobs, (job) => {
    left++;
    return onSettled(job.done, () => {
      finished.push(job);
      wake();
    });
  });
  try {
    while (left > 0) {
      while (finished.length === 0 && !failed.reason) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      if (finished.length === 0 || signal?.aborted) throw failed.reason!.error;
      left--;
      yield finished.shift()!;
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    for (const each of unwatch) each();
  }
}
