import { own } from "../../async/own.ts";
import { JobError } from "../../contract/problems.ts";
import { pathOf } from "./address.ts";

/** Who watches the server must see it drain: these paths are answered by a closed gate as well. */
const PROBES = ["/livez", "/readyz", "/metrics"];

/**
 * The way in: counts the requests inside, and can be closed to new ones.
 *
 * A server that shuts down cannot read the bodies of its requests any more (Deno 2.9), so uploads
 * must be over before it does; until then the gate turns new requests away.
 */
export class RequestGate {
  #inside = 0;
  #closed = false;
  readonly #empty = Promise.withResolvers<void>();
  readonly #basePath: string;

  /** @param basePath What may stand before our paths. */
  constructor(basePath = "") {
    this.#basePath = basePath;
  }

  /** Whether new requests are turned away. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Requests that have no response yet, or whose work is held. */
  get inside(): number {
    return this.#inside;
  }

  /**
   * Counts a request in; `leave` must follow.
   *
   * @throws {JobError} `shutting_down` when the gate is closed; then nothing was counted.
   */
  enter(request: Request): void {
    if (this.#closed && !PROBES.includes(pathOf(request.url, this.#basePath))) {
      throw new JobError("shutting_down", "Cannot take new requests: the server is stopping");
    }
    this.#inside++;
  }

  /** Counts a request out that has its response. */
  leave(): void {
    if (--this.#inside === 0 && this.#closed) this.#empty.resolve();
  }

  /** Counts a request as inside until its work settles: it was answered before its body was read. */
  hold(work: Promise<unknown>): void {
    this.#inside++;
    const leave = () => this.leave();
    own(work, leave, leave);
  }

  /** Lets nobody in any more; resolves when nobody is inside. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#inside === 0) this.#empty.resolve();
    return this.#empty.promise;
  }
}
