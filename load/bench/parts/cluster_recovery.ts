import { countUrls } from "../../../tests/support/cluster/ask.ts";
import { isInSplits } from "../../../tests/support/cluster/is_in_splits.ts";
import { generateLines } from "../../../tests/support/cluster/lines.ts";
import { TestRedis } from "../../../tests/support/cluster/redis.ts";
import { FileServer } from "../../../tests/support/http/file_server.ts";
import type { ServerProcess } from "../../../tests/support/http/server.ts";
import { soon } from "../../../tests/support/waits.ts";
import { meet, startAlone, startNode } from "./cluster_nodes.ts";

/** Two of them make up the text, one for each node. */
const SPLIT_BYTES = 20_000;

/**
 * Kills a node that counts one of two splits, while the other split is held back on the node that was
 * asked, and a third node has nothing to do.
 *
 * @param lockSeconds Of each node.
 * @returns Milliseconds of each round, from the kill to the first request of the third node for the
 *   text.
 * @throws {Error} If the answer is not that of one server.
 */
export async function measureRecovery(lockSeconds: number, rounds: number): Promise<number[]> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await TestRedis.start());
  const start = async () =>
    stack.use(await startNode(redis, { splitBytes: SPLIT_BYTES, lockSeconds }));
  const asked = await start();
  let counting = await start();
  const text = stack.use(new HeldText(generateLines(1, 2 * SPLIT_BYTES)));
  const alone = stack.use(await startAlone(1));
  text.letGo();
  const { totals, counts } = await countUrls(alone.origin, "top=0&order=key", [text.url]);
  const expected = JSON.stringify({ counts, bytes: totals.bytes });
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await meet([asked, counting]);
    text.hold();
    const answer = countUrls(asked.origin, "top=0&order=key", [text.url]);
    await soon(text.readers(2));
    const third = await start();
    await meet([asked, third]);
    times.push(await timeTakeover(counting, text));
    text.letGo();
    const { totals, counts, accounting } = await answer;
    if (
      accounting.cluster?.splits !== 2 ||
      JSON.stringify({ counts, bytes: totals.bytes }) !== expected
    ) {
      throw new Error(`Not all was counted once: ${JSON.stringify({ totals, accounting })}`);
    }
    counting = third;
  }
  return times;
}

async function timeTakeover(node: ServerProcess, text: HeldText): Promise<number> {
  const killed = performance.now();
  node.kill("SIGKILL");
  await soon(text.readers(3));
  return performance.now() - killed;
}

/** A text whose splits begin, and go on when they are let go. */
class HeldText implements AsyncDisposable {
  readonly #server: FileServer;
  #gate = Promise.withResolvers<undefined>();
  #held = 0;
  #wanted: { count: number; resolve(): void } | undefined;

  constructor(text: Uint8Array<ArrayBuffer>) {
    this.#server = new FileServer(text, { answer: (request) => this.#answer(request) });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/text`;
  }

  hold(): void {
    this.#gate = Promise.withResolvers();
    this.#held = 0;
  }

  letGo(): void {
    this.#gate.resolve(undefined);
  }

  /** Resolves once so many requests are held. */
  async readers(count: number): Promise<void> {
    if (this.#held >= count) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted = { count, resolve };
    await promise;
  }

  #answer(request: Request): Promise<undefined> | undefined {
    if (!isInSplits(request)) return undefined;
    this.#held++;
    if (this.#held === this.#wanted?.count) this.#wanted.resolve();
    return this.#gate.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.letGo();
    await this.#server[Symbol.asyncDispose]();
  }
}
