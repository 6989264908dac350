import { own } from "../../async/own.ts";
import { JobError } from "../../contract/problems.ts";

/**
 * Counts the requests inside, and can be closed to new ones.
 *
 * A server that shuts down can no longer read the bodies of its requests (Deno 2.9). So uploads
 * must end before the shutdown begins; until then the closed gate turns new requests away.
 */
export class RequestGate {
  #inside = 0;
  #closed = false;
  readonly #empty = Promise.withResolvers<void>();

  /** Whether new requests are turned away. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Requests without a response, and requests with work that is held. */
  get inside(): number {
    return this.#inside;
  }

  /**
   * Counts a request in; `leave` must follow.
   *
   * @param mayPass Whether a closed gate lets a request in, as it does probes: they see the server
   * drain. @default {it lets none in}
   * @throws {JobError} `shutting_down` when the gate is closed; then nothing was counted.
   */
  enter(request: Request, mayPass?: (request: Request) => boolean): void {
    if (this.#closed && !mayPass?.(request)) {
      throw new JobError("shutting_down", "Cannot take new requests: the server is stopping");
    }
    this.#inside++;
  }

  /** Counts a request out that has its response. */
  leave(): void {
    if (--this.#inside === 0 && this.#closed) this.#empty.resolve();
  }

  /**
   * Counts a request as inside until its work settles: it was answered before its body was read.
   */
  hold(work: Promise<unknown>): void {
    this.#inside++;
    const leave = () => this.leave();
    own(work, leave, leave);
  }

  /** Turns new requests away from now on; resolves when no request is inside. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#inside === 0) this.#empty.resolve();
    return this.#empty.promise;
  }
}
