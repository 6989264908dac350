import { ServerProcess } from "../../tests/support/http/server.ts";
import type { Side, Sides } from "./benchmark.ts";

/**
 * Starts the server of a revision as its own task `serve` does: that program, with those rights.
 *
 * @param args What follows the program.
 */
export async function serveRevision(
  { root }: Side,
  args: readonly string[] = [],
): Promise<ServerProcess> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const words: string[] = config.tasks.serve.command.split(" ");
  const permissions = words.filter((word) => /^--(allow|deny)-/.test(word));
  const main = new URL(words.at(-1)!, root);
  return await ServerProcess.start({ main, permissions, cwd: root, args });
}

/** Servers of two revisions, which are all up at once; one at a time has something to do. */
export class ServedSides implements AsyncDisposable {
  readonly #servers: ReadonlyMap<Side, ServerProcess>;
  readonly #owned: AsyncDisposableStack;

  private constructor(servers: ReadonlyMap<Side, ServerProcess>, owned: AsyncDisposableStack) {
    this.#servers = servers;
    this.#owned = owned;
  }

  /** @param argsOf What follows the program of the first revision, 0, and of the second, 1. */
  static async start(
    sides: Sides,
    argsOf: (index: number) => readonly string[] = () => [],
  ): Promise<ServedSides> {
    await using stack = new AsyncDisposableStack();
    const servers = new Map<Side, ServerProcess>();
    for (const [i, side] of sides.entries()) {
      servers.set(side, stack.use(await serveRevision(side, argsOf(i))));
    }
    return new ServedSides(servers, stack.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  /** The server of a revision. */
  of(side: Side): ServerProcess {
    return this.#servers.get(side)!;
  }

  get all(): ServerProcess[] {
    return [...this.#servers.values()];
  }
}
