import { PushStream } from "../../async/push_stream.ts";
import type { JobRegistry } from "../../jobs/job_registry.ts";
import type { JobRecord } from "../../store/job_record.ts";
import { JobChannel, type Listener } from "./job_channel.ts";
import { type EventBytes, TICK_MS } from "./sse.ts";

/** How many events a listener may be behind; then it misses some: each tells the whole state. */
const MOST_BEHIND = 8;

/** The job that a listener watches, by its shown id, and the tenant that the listener belongs to. */
export interface Watched {
  id: string;
  tenant: string | undefined;
  /** The prefix of the addresses that the listener gets. @default {""} */
  prefix?: string;
}

/**
 * Tells listeners how jobs go on. One timer for all jobs, one look at a job for all its
 * listeners, and each event is encoded once.
 */
export class EventHub {
  readonly #jobs: Pick<JobRegistry, "status" | "live">;
  readonly #tickMs: number;
  readonly #leaving: () => boolean;
  readonly #channels = new Map<string, JobChannel>();
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

  /** Jobs with listeners, counted once for each prefix. */
  get watched(): number {
    return this.#channels.size;
  }

  /**
   * The events of a job from now on: its state at once, its end at last.
   *
   * @param status The job as it is now; it has not ended.
   * @param top How many of the largest counts to tell; 0 for none.
   */
  listen(watched: Watched, status: JobRecord, top: number): ReadableStream<EventBytes> {
    const name = nameOf(status, watched);
    const channel = this.#channelOf(name, watched);
    const leave = () => {
      if (channel.leave(listener) === 0) this.#drop(name, channel);
    };
    const listener: Listener = { stream: new PushStream(MOST_BEHIND, leave), top };
    channel.join(listener, status);
    return listener.stream.readable;
  }

  #channelOf(name: string, { id, tenant, prefix = "" }: Watched): JobChannel {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const look = () => this.#jobs.status(id, tenant);
    const close = () => this.#drop(name, channel);
    const job = this.#jobs.live(id, tenant);
    const channel = new JobChannel({ job, look, close, prefix, leaving: this.#leaving });
    this.#channels.set(name, channel);
    this.#timer ??= setInterval(() => this.#tick(), this.#tickMs);
    return channel;
  }

  /** Closes a channel, and forgets it unless another has taken its name. */
  #drop(name: string, channel: JobChannel): void {
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

/** Listeners that get the same addresses share a channel; two tenants may show the same id. */
function nameOf({ id }: JobRecord, { prefix = "" }: Watched): string {
  return prefix + id;
}
