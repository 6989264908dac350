import { ignoreError, own } from "../async/own.ts";
import type { KernelChoice, RunnableKernel } from "../contract/kernel_manifest.ts";
import { askForAll } from "../contract/all_keys.ts";
import type { CountOptions } from "../contract/options.ts";
import { refuseBesideKernel } from "../contract/value_options.ts";
import type { JobHandle, JobInput, SubmitOptions } from "../engine/job_contract.ts";
import { openRest } from "../input/source.ts";
import { createJobId, type SpooledSubmission } from "../store/job_record.ts";
import type { Seal } from "../store/seal.ts";
import type { SealedBlobs } from "../store/sealed_blobs.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { GiveUp, IntakeOptions } from "./intake_options.ts";
import { completeWith, createSubmissionOpener, type OpenedSubmission } from "./open_submission.ts";
import { Spool } from "./spool.ts";
import type { Submission } from "./submission.ts";
import { TappedContent } from "./tapped_content.ts";

/** What a job is submitted with. */
export type JobTerms = SubmitOptions & { kernel?: RunnableKernel };

/** What counts. */
export interface JobSubmitter {
  submit(input: JobInput, options: CountOptions, limits: JobTerms): JobHandle;
}

/** What gets kernels ready to run. */
export interface KernelSource {
  /** @throws {JobError} `unknown_kernel` if the kernel was removed, or `damaged`. */
  prepare(choice: KernelChoice, tenant: string | undefined): Promise<RunnableKernel>;
}

/** What taking in needs. */
export interface IntakeContext {
  engine: JobSubmitter;
  kernels: KernelSource;
  options: IntakeOptions;
  /** Takes over contents that are given up. @default {they are cancelled} */
  giveUp?: GiveUp;
}

/** A job whose input comes in. */
export interface Intake {
  /** The server's id of it, which its spool has. */
  id: string;
  job: JobHandle;
  /** The counting options, with what the input has brought of them. */
  count: CountOptions;
  /**
   * Resolves when the whole input is here, and safe. To be called once.
   *
   * @throws {JobError} What is wrong with the submission; no input is left then.
   */
  arrived(): Promise<Arrived>;
}

/** What was kept of an input on its way. */
export interface Arrived {
  /** Present when the content is spooled, under the server's id. */
  submission?: SpooledSubmission;
  /** Present when it was asked for. */
  fingerprint?: string;
}

/** What to do with a submission beside counting it. */
export interface TakeInOptions {
  tenant: string | undefined;
  /** How its client calls the job. @default {by the server's id} */
  name?: string;
  /** The name of the request that hands it in, for observers. */
  requestId?: string;
  /** Where to spool the content, if the job is to outlive the process. */
  inputs?: SealedBlobs;
  /** Is given the content on its way. */
  fingerprint?: Fingerprint;
}

/**
 * Gives the function that takes in what a job counts: while the engine reads the content, it is
 * spooled and fingerprinted, so that it is read once. Resolves when the engine has the job.
 *
 * The content is kept as it came, whatever it is wrapped in: the kept submission is opened again as
 * this one was.
 *
 * @throws {JobError} What is wrong with the submission; nothing is left of it then.
 */
export function createTakeIn(
  context: IntakeContext,
): (submission: Submission, options: TakeInOptions) => Promise<Intake> {
  const open = createSubmissionOpener(context.options, context.giveUp);
  return async (submission, { tenant, name, requestId, inputs, fingerprint }) => {
    const kernel = submission.kernel &&
      await context.kernels.prepare(submission.kernel, tenant);
    if (kernel) refuseBesideKernel(submission, kernel);
    const id = createJobId();
    const spool = inputs && new Spool(inputs, id);
    const tapped = tap(submission, spool, fingerprint);
    let job: JobHandle;
    let count = submission.count;
    try {
      const opened = open(tapped);
      if (submission.complete) count = await completeWith(opened, submission.complete);
      job = submit(context.engine, opened, count, { id: name ?? id, tenant, requestId, kernel });
    } catch (error) {
      // The tap has locked the submission's own content, so nobody else can give that up.
      if (tapped !== submission) giveUp(tapped, context.giveUp);
      await spool?.abort(); // reading a small content has begun before the engine refused
      throw error;
    }
    own(job.done, ignoreError); // a failure before the input is here is told by `received`
    const arrived = async () => {
      const seal = await keep(job, spool);
      return {
        submission: seal && { ...termsOf(submission), bytes: seal.bytes, seal },
        fingerprint: fingerprint?.digest(),
      };
    };
    return { id, job, count, arrived };
  };
}

async function keep(job: JobHandle, spool: Spool | undefined): Promise<Seal | undefined> {
  try {
    await job.received;
    return await spool?.commit();
  } catch (error) {
    job.cancel();
    await spool?.abort();
    throw error;
  }
}

/**
 * Submits what was opened. The engine is asked for every key: `top`, `min` and the output are what
 * the result shows unless its reader asks otherwise.
 */
export function submit(
  engine: JobSubmitter,
  { input, limits }: OpenedSubmission,
  count: CountOptions,
  terms: Pick<JobTerms, "id" | "tenant" | "requestId" | "kernel">,
): JobHandle {
  return engine.submit(input, askForAll(count), { ...limits, ...terms });
}

function termsOf({ body, mediaType, codings }: Submission): Omit<SpooledSubmission, "bytes"> {
  return { body, mediaType, codings };
}

/** The submission itself when nobody wants to see its content. */
function tap(
  submission: Submission,
  spool: Spool | undefined,
  fingerprint: Fingerprint | undefined,
): Submission {
  if (!spool && !fingerprint) return submission;
  const content = new TappedContent(submission.content, (bytes) => {
    fingerprint?.update(bytes);
    return spool?.write(bytes);
  });
  return { ...submission, content };
}

/** Gives up a content that nobody has begun to read; the reader of a locked one gives it up. */
function giveUp({ content: { body }, length }: Submission, take: GiveUp | undefined): void {
  if (body === null || body.locked) return;
  if (take) take(openRest(body, length === undefined), length);
  else own(body.cancel(), ignoreError);
}
