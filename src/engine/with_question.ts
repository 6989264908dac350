import type { CountOptions } from "../contract/options.ts";
import { QuestionKernel } from "../records/question_kernel.ts";
import type { SubmitOptions } from "./job_contract.ts";

/**
 * Gives a job the kernel that answers what its options ask of records, if they ask something.
 *
 * @throws {JobError} `invalid_parameter` for a regular expression that cannot be run.
 * @throws {RangeError} If there is another kernel.
 */
export function withQuestion(options: CountOptions, submitted: SubmitOptions): SubmitOptions {
  const kernel = QuestionKernel.of(options);
  if (!kernel) return submitted;
  if (!submitted.kernel) return { ...submitted, kernel };
  throw new RangeError(
    `Cannot use option key: kernel ${submitted.kernel.id} makes the keys itself`,
  );
}
