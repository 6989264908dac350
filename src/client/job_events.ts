import type {
  JobCounters,
  JobDocument,
  JobState,
  KeyCount,
  KeyValue,
  ProblemDocument,
} from "../contract/documents.ts";
import { MillraceError } from "./millrace_error.ts";
import { ownQuietly } from "../async/own_quietly.ts";
import type { CallOptions } from "./requests.ts";
import { readEvents } from "./streams.ts";
import type { Transport } from "./transport.ts";
import { pause, pauseAfter } from "./waiting.ts";

/** How far a job is. */
export type ProgressEvent = {
  event: "progress";
  data: JobCounters & { state: JobState; mbPerSecond: number };
};

/** The largest counts so far, about; or the largest values. */
export type TopEvent = {
  event: "top";
  data: { approximate: true; counts: (KeyCount | KeyValue)[] };
};

/** The end of a job. */
export type EndEvent = { event: "done" | "failed" | "cancelled"; data: JobDocument };

/** What a server tells of a job that goes on. */
export type JobEvent = ProgressEvent | TopEvent | EndEvent;

/** Which events to tell. */
export interface EventsOptions extends CallOptions {
  /** How many of the largest counts; 0 for none. @default {10} */
  top?: number;
}

/** How long the server is to wait for a job whose upload has not reached it yet. */
const WAIT_S = 60;

/**
 * The events of a job until it ends. A connection that is lost is opened again, and goes on where
 * it was. They end without a last one when the client itself cancels the upload.
 *
 * @param path Of the job.
 * @param uploads Whether its upload may be under way; an upload that is lost may be tried again.
 * @param uploaded Settles with the upload.
 */
export async function* followJob(
  transport: Transport,
  path: string,
  { uploads, uploaded }: { uploads: () => boolean; uploaded: Promise<unknown> },
  { top, signal = new AbortController().signal }: EventsOptions,
): AsyncGenerator<JobEvent, void, void> {
  let lastEventId: string | undefined;
  for (let tries = 0;; tries++) {
    const wasUploading = uploads();
    const call = { path: `${path}/events`, accept: "text/event-stream", timeoutMs: Infinity };
    const query = { top, wait: wasUploading ? WAIT_S : undefined };
    const ended = endWith(uploaded, signal);
    try {
      const { body } = await transport.open({ ...call, query, lastEventId, signal: ended.signal });
      if (body === null) return; // the end was told before
      for await (const { event, id, data } of readEvents(body, ended.signal)) {
        [tries, lastEventId] = [0, id];
        if (event === "error") throw new LostError(JSON.parse(data) as ProblemDocument);
        const told = { event, data: JSON.parse(data) } as JobEvent;
        yield told;
        if (told.event !== "progress" && told.event !== "top") return;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (ended.signal.aborted && isCancelled(ended.signal.reason)) return;
      if (ended.signal.aborted) throw ended.signal.reason;
      if (error instanceof MillraceError) {
        if (!wasUploading || !isLoss(error)) throw error;
        lastEventId = undefined; // the upload is tried again, or fails for good
      }
    } finally {
      ended.release();
    }
    await pause(pauseAfter(tries), signal);
  }
}

/** What the last event says of a job whose upload has failed. */
class LostError extends MillraceError {}

function isCancelled(reason: unknown): boolean {
  return reason instanceof MillraceError && reason.code === "job-cancelled";
}

/** Whether there is no job, or no more. */
function isLoss(error: MillraceError): boolean {
  return error instanceof LostError || error.code === "unknown-job";
}

/** A signal that is aborted as the given one is, and when the upload fails for good. */
function endWith(uploaded: Promise<unknown>, signal: AbortSignal) {
  let isOver = false;
  const failing = new AbortController();
  ownQuietly(uploaded, (error) => isOver || failing.abort(error));
  return {
    signal: AbortSignal.any([signal, failing.signal]),
    release: () => void (isOver = true),
  };
}
