import { completeCountOptions } from "../contract/options.ts";
import type { JobHandle } from "../engine/job_contract.ts";
import type { JobRecord, SpooledSubmission } from "../store/job_record.ts";
import { createSubmissionOpener } from "./open_submission.ts";
import { type IntakeContext, submit } from "./take_in.ts";

/**
 * Gives the function that counts a spooled input again, by the options that were kept, whatever
 * rules there are for new ones.
 *
 * @throws {JobError} What the engine or the opener of submissions throws; the input is cancelled.
 */
export function createReplay(
  { engine, options, giveUp }: IntakeContext,
): (
  record: Pick<JobRecord, "id" | "tenant" | "options" | "output">,
  submission: SpooledSubmission,
  input: ReadableStream<Uint8Array>,
) => Promise<JobHandle> {
  const open = createSubmissionOpener(options, giveUp);
  return async ({ id, tenant, options, output }, { bytes, seal: _, ...terms }, input) => {
    try {
      const count = completeCountOptions(options);
      const content = new Response(input);
      const opened = open({ ...terms, count, output, content, length: bytes });
      return submit(engine, opened, count, { id, tenant });
    } catch (error) {
      await input.cancel().catch(() => {}); // its reader may have locked it
      throw error;
    }
  };
}
