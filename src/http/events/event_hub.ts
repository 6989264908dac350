import { getLogger } from "@logtape/logtape";
import { own } from "../../async/own.ts";
import { PushStream } from "../../async/push_stream.ts";
import { onSettled } from "../../async/on_settled.ts";
import type { JobHandle } from "../../engine/job_contract.ts";
import { JobError } from "../../contract/problems.ts";
import { hasEnded, type JobRecord } from "../../store/job_record.ts";
import type { JobRegistry } from "../../jobs/job_registry.ts";
import { describeJob } from "../answer/job_document.ts";
import { JobEvents } from "./job_events.ts";
import { describeProblem } from "../answer/problem.ts";
import {
  encodeEvent,
  HEARTBEAT,
  HEARTBEAT_TICKS,
  LAST_ID,
  TICK_MS,
  TOP_TICKS,
  withRetry,
} from "./sse.ts";

const logger = getLogger(["millrace", "http"]);

/** Events that a listener may be behind; then it misses some, since each tells the whole state. */
const MOST_BEHIND = 8;

type Bytes = Uint8Array<ArrayBuffer>;

/** Which jobs are watched, and on whose behalf. */
export interface Watched {
  id: string;
  tenant: string | undefined;
  /** Of the addresses that the listener is told. @default {""} */
  prefix?: string;
}

/** Who listens to a job, and how many of its largest counts they want to see. */
interface Listener {
  stream: PushStream<Bytes>;
  top: number;
}

/**
 * Tells listeners how jobs go on. One timer for all jobs, one look at a job for all its
 * listeners, and each event is encoded once.
 */
export class EventHub {
  readonly #jobs: Pick<JobRegistry, "status" | "live">;
  readonly #tickMs: number;
  readonly #leaving: () => boolean;
  readonly #channels = new Map<string, Channel>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param leaving Whether the server is stopping: then jobs that go on elsewhere are let go. */
  constructor(
    jobs: Pick<JobRegistry, "status" | "live">,
    { tickMs = TICK_MS, leaving = (): boolean => false } = {},
  ) {
    this.#jobs = jobs;
    this.#tickMs = tickMs;
    this.#leaving = leaving;
  }

  /** Jobs that somebody listens to, once for each prefix. */
  get watched(): number {
    return this.#channels.size;
  }

  /**
   * The events of a job from now on: its state at once, its end at last.
   *
   * @param status The job as it is now; it has not ended.
   * @param top How many of the largest counts to tell; 0 for none.
   */
  listen(watched: Watched, status: JobRecord, top: number): ReadableStream<Bytes> {
    const channel = this.#channelOf(watched);
    const leave = () => {
      if (channel.leave(listener) === 0) this.#drop(nameOf(watched), channel);
    };
    const listener: Listener = { stream: new PushStream(MOST_BEHIND, leave), top };
    channel.join(listener, status);
    return listener.stream.readable;
  }

  #channelOf(watched: Watched): Channel {
    const { id, tenant, prefix = "" } = watched;
    const name = nameOf(watched);
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const look = () => this.#jobs.status(id, tenant);
    const close = () => this.#drop(name, channel);
    const channel = new Channel(this.#jobs.live(id, tenant), look, this.#leaving, close, prefix);
    this.#channels.set(name, channel);
    this.#timer ??= setInterval(() => this.#tick(), this.#tickMs);
    return channel;
  }

  /** Its successor, if there is one already, stays. */
  #drop(name: string, channel: Channel): void {
    channel.close();
    if (this.#channels.get(name) !== channel) return;
    this.#channels.delete(name);
    if (this.#channels.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    for (const channel of this.#channels.values()) channel.tick();
  }
}

/** Listeners who are told the same addresses share a channel. */
function nameOf({ id, prefix = "" }: Watched): string {
  return prefix + id;
}

/** One job and its listeners. */
class Channel {
  readonly #job: JobHandle | undefined;
  readonly #look: () => Promise<JobRecord>;
  readonly #leaving: () => boolean;
  readonly #close: () => void;
  readonly #prefix: string;
  readonly #listeners = new Set<Listener>();
  readonly #events = new JobEvents();
  readonly #unwatch: (() => void) | undefined;
  #looking = false;
  /** Whether there was progress since the largest counts were told. */
  #moved = false;
  #ticks = 0;
  #silent = 0;

  /**
   * @param job The job, if it runs here.
   * @param look Reads the job as it is now.
   * @param leaving Whether the server is stopping.
   * @param close Called when there is nothing more to tell.
   * @param prefix Of the addresses that listeners are told.
   */
  constructor(
    job: JobHandle | undefined,
    look: () => Promise<JobRecord>,
    leaving: () => boolean,
    close: () => void,
    prefix: string,
  ) {
    this.#job = job;
    this.#look = look;
    this.#leaving = leaving;
    this.#close = close;
    this.#prefix = prefix;
    this.#unwatch = job && onSettled(job.done, () => this.#startTelling());
  }

  join(listener: Listener, { state, progress }: JobRecord): void {
    // What the others know already is for this listener alone.
    const events = this.#listeners.size === 0 ? this.#events : new JobEvents();
    const event = events.progress({ state, ...progress });
    if (event) listener.stream.send(withRetry(event));
    this.#listeners.add(listener);
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
      this.#end(this.#encodeLoss(error));
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
      if (top > 0) this.#send(this.#events.top(counts.slice(0, top)), top);
    }
  }

  /** @param top Which listeners it is for. @default {all} */
  #send(event: Bytes, top?: number): void {
    this.#silent = 0;
    for (const listener of this.#listeners) {
      if (top !== undefined && listener.top !== top) continue;
      if (listener.stream.hasRoom) listener.stream.send(event);
    }
  }

  /** @param event The last one; without it listeners come back for more. */
  #end(event?: Bytes): void {
    const listeners = Array.from(this.#listeners);
    this.#listeners.clear();
    this.#close();
    for (const { stream } of listeners) {
      if (event) stream.send(event);
      stream.end();
    }
  }

  /** What is told when the job cannot be read any more: it was removed, or the store fails. */
  #encodeLoss(error: unknown): Bytes {
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
export function encodeEnd(status: JobRecord, prefix: string): Bytes {
  return encodeEvent(status.state, LAST_ID, describeJob(status, prefix));
}
