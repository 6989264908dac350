import { completeCountOptions } from "../contract/options.ts";
import type { JobHandle } from "../engine/job_contract.ts";
import { shownId } from "../store/client_id.ts";
import type { JobRecord, SpooledSubmission } from "../store/job_record.ts";
import { createSubmissionOpener } from "./open_submission.ts";
import { type IntakeContext, submit } from "./take_in.ts";

/**
 * Gives the function that counts a spooled input again, by the options that were kept, whatever
 * rules there are for new ones.
 *
 * A kernel is looked up again. If it was removed since, the job cannot be counted any more.
 *
 * @throws {JobError} `unknown_kernel`, or what the engine or the opener of submissions throws; the
 * input is cancelled.
 */
export function createReplay(
  { engine, kernels, options, giveUp }: IntakeContext,
): (
  record: Pick<JobRecord, "id" | "requestKey" | "tenant" | "options" | "output" | "kernel">,
  submission: SpooledSubmission,
  input: ReadableStream<Uint8Array>,
) => Promise<JobHandle> {
  const open = createSubmissionOpener(options, giveUp);
  return async (
    record,
    { bytes, seal: _, ...terms },
    input,
  ) => {
    const { tenant, options, output, kernel: choice } = record;
    try {
      const kernel = choice && await kernels.prepare(choice, tenant);
      const count = completeCountOptions(options);
      const content = new Response(input);
      const opened = open({ ...terms, count, output, kernel: choice, content, length: bytes });
      return submit(engine, opened, count, { id: shownId(record), tenant, kernel });
    } catch (error) {
      await input.cancel().catch(() => {}); // its reader may have locked it
      throw error;
    }
  };
}
