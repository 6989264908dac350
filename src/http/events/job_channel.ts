import { getLogger } from "@logtape/logtape";
import { own } from "../../async/own.ts";
import type { PushStream } from "../../async/push_stream.ts";
import { JobError } from "../../contract/problems.ts";
import { onSettled } from "../../async/on_settled.ts";
import type { JobHandle } from "../../engine/job_contract.ts";
import { hasEnded, type JobRecord } from "../../store/job_record.ts";
import { describeJob } from "../answer/job_document.ts";
import { describeProblem } from "../../contract/describe_problem.ts";
import { JobEvents } from "./job_events.ts";
import {
  encodeEvent,
  type EventBytes,
  HEARTBEAT,
  HEARTBEAT_TICKS,
  LAST_ID,
  TOP_TICKS,
  withRetry,
} from "./sse.ts";

const logger = getLogger(["millrace", "http"]);

/** A client that listens to a job, and how many of its largest counts it wants to see. */
export interface Listener {
  stream: PushStream<EventBytes>;
  top: number;
}

/** Parts of a channel. */
export interface JobChannelParts {
  /** The job, if it runs here. */
  job: JobHandle | undefined;
  /** Reads the job as it is now. */
  look: () => Promise<JobRecord>;
  /** Whether the server is stopping. */
  leaving: () => boolean;
  /** Called when there is nothing more to tell. */
  close: () => void;
  /** The prefix of the addresses that listeners get. */
  prefix: string;
}

/** One job, and the clients that listen to it. */
export class JobChannel {
  readonly #job: JobHandle | undefined;
  readonly #look: () => Promise<JobRecord>;
  readonly #leaving: () => boolean;
  readonly #close: () => void;
  readonly #prefix: string;
  readonly #listeners = new Set<Listener>();
  readonly #events = new JobEvents();
  readonly #unwatch: (() => void) | undefined;
  #looking = false;
  /** Whether somebody does not know the largest counts: since there was progress, or came later. */
  #moved = false;
  #ticks = 0;
  #silent = 0;

  constructor({ job, look, leaving, close, prefix }: JobChannelParts) {
    this.#job = job;
    this.#look = look;
    this.#leaving = leaving;
    this.#close = close;
    this.#prefix = prefix;
    this.#unwatch = job && onSettled(job.done, () => this.#startTelling());
  }

  join(listener: Listener, { state, progress }: JobRecord): void {
    // The other listeners know this state: a new JobEvents tells it to this listener alone.
    const events = this.#listeners.size === 0 ? this.#events : new JobEvents();
    const event = events.progress({ state, ...progress });
    if (event) listener.stream.send(withRetry(event));
    this.#listeners.add(listener);
    this.#moved = true; // for this listener
  }

  /** @returns How many listeners are left. */
  leave(listener: Listener): number {
    this.#listeners.delete(listener);
    return this.#listeners.size;
  }

  close(): void {
    this.#unwatch?.();
  }

  tick(): void {
    this.#ticks++;
    if (++this.#silent >= HEARTBEAT_TICKS) this.#send(HEARTBEAT);
    this.#startTelling();
  }

  #startTelling(): void {
    if (this.#looking) return;
    this.#looking = true;
    own(this.#tell(), (error) => logger.error("Cannot tell how a job goes on", { error }));
  }

  async #tell(): Promise<void> {
    try {
      const status = await this.#look();
      if (hasEnded(status)) return this.#end(encodeEnd(status, this.#prefix));
      const elsewhere = this.#job === undefined || hasEnded(this.#job);
      if (elsewhere && this.#leaving()) return this.#end();
      const event = this.#events.progress({ state: status.state, ...status.progress });
      if (event) {
        this.#send(event);
        this.#moved = true;
      }
      if (this.#moved && this.#ticks % TOP_TICKS === 0) this.#sendTop();
    } catch (error) {
      this.#end(this.#encodeLoss(await this.#failureOr(error)));
    } finally {
      this.#looking = false;
    }
  }

  #sendTop(): void {
    this.#moved = false;
    const wanted = new Set(Array.from(this.#listeners, ({ top }) => top));
    const most = Math.max(...wanted);
    const counts = most > 0 ? this.#job?.peek(most) ?? [] : [];
    if (counts.length === 0) return;
    for (const top of wanted) {
      if (top > 0) this.#send(this.#events.top(counts.slice(0, top), this.#job?.shape), top);
    }
  }

  /** @param top Which listeners it is for. @default {all} */
  #send(event: EventBytes, top?: number): void {
    this.#silent = 0;
    for (const listener of this.#listeners) {
      if (top !== undefined && listener.top !== top) continue;
      if (listener.stream.hasRoom) listener.stream.send(event);
    }
  }

  /** @param event The last one; without it listeners come back for more. */
  #end(event?: EventBytes): void {
    const listeners = Array.from(this.#listeners);
    this.#listeners.clear();
    this.#close();
    for (const { stream } of listeners) {
      if (event) stream.send(event);
      stream.end();
    }
  }

  /** Why the job was never kept, where its input failed; or else why it cannot be read. */
  #failureOr(error: unknown): unknown {
    return this.#job?.state === "failed" ? this.#job.done.catch((failure) => failure) : error;
  }

  /** The last event of a job that cannot be read: it was removed, or the store fails. */
  #encodeLoss(error: unknown): EventBytes {
    if (this.#job?.state === "cancelled") {
      const { id, state, counters } = this.#job;
      return encodeEvent(state, LAST_ID, { id, state, progress: counters });
    }
    const known = error instanceof JobError && error.code !== "internal";
    if (!known) logger.error("Cannot tell how a job goes on", { error });
    const problem = known
      ? describeProblem(error.code, error.message, error.details)
      : describeProblem("internal", "The server failed to read the job");
    return encodeEvent("error", LAST_ID, problem);
  }
}

/** The last event of a job that has ended. */
export function encodeEnd(status: JobRecord, prefix: string): EventBytes {
  return encodeEvent(status.state, LAST_ID, describeJob(status, prefix));
}
