import { Millrace } from "./client/millrace.ts";
import { abortable } from "./client/waiting.ts";
import type { Engine } from "./engine/engine.ts";
import { type Server, type StartOptions, startServer } from "./server.ts";

// An entry of its own: programs that take the engine alone load nothing of a server.
export type { Counter, CounterJob } from "./client/counter.ts";
export { MillraceError } from "./client/millrace_error.ts";

/** Where a server without a port is. */
const NOWHERE = "http://localhost";

/** What counts in this process. */
export interface LocalOptions extends
  Pick<
    StartOptions,
    | "workers"
    | "memoryBytes"
    | "jobMemoryBytes"
    | "spillDirectory"
    | "maxSpillBytes"
    | "maxQueuedJobs"
    | "jobTimeoutMs"
    | "resultBytes"
    | "data"
    | "drainTimeoutMs"
  > {
  /** An engine, which is closed when this is. @default {one of these options} */
  engine?: Engine;
}

/**
 * Counts in this process by the interface of the client: the routes of the server over its own
 * engine, without a port. So options, documents, rows and errors are those of a server to the byte.
 *
 * @example
 * ```ts
 * import { type Counter, openLocal } from "@millrace/millrace/local";
 *
 * await using counter: Counter = await openLocal({ workers: 1 });
 * const { counts } = await counter.count("to be or not to be", { top: 1 });
 * if (counts[0].key !== "be") throw new Error(counts[0].key);
 * ```
 */
export async function openLocal({ engine, ...options }: LocalOptions = {}): Promise<Millrace> {
  return new LocalMillrace(
    await startServer({ warmCompiler: false, ...options, listen: false }, { engine }),
  );
}

/** A client of the process that it is in. */
class LocalMillrace extends Millrace {
  readonly #server: Server;

  constructor(server: Server) {
    super({
      baseUrl: NOWHERE,
      fetch: (url, init) => abortable(server.fetch(new Request(url, init)), init.signal!),
    });
    this.#server = server;
  }

  /** Lets what runs finish, for five seconds at most, and stops the threads. */
  override [Symbol.asyncDispose](): Promise<void> {
    return this.#server.close();
  }
}
