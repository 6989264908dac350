import { OutputLost } from "./fetch_output.ts";

/** Most outputs of a job that are fetched at once, each from another node. */
const MOST_AT_ONCE = 4;

/** An output that waits for its turn. */
interface Waiting {
  readonly node: string;
  readonly turn: PromiseWithResolvers<void>;
}

/**
 * Lets outputs be fetched as they come: a few at once, and one from each node, so that a node that is
 * silent holds up no other. Where a node is gone, all that waits for it is lost at once.
 */
export class FetchTurns {
  /** Nodes that are asked. */
  readonly #asked = new Set<string>();
  #waiting: Waiting[] = [];

  /**
   * Fetches from a node once it is its turn.
   *
   * @throws {OutputLost} Also if the node was found to be gone meanwhile.
   */
  async take<T>(node: string, fetchIt: () => Promise<T>): Promise<T> {
    const turn = Promise.withResolvers<void>();
    this.#waiting.push({ node, turn });
    this.#goOn();
    await turn.promise;
    try {
      return await fetchIt();
    } catch (error) {
      if (error instanceof OutputLost && error.isNodeGone) this.#lose(node, error);
      throw error;
    } finally {
      this.#asked.delete(node);
      this.#goOn();
    }
  }

  #goOn(): void {
    while (this.#asked.size < MOST_AT_ONCE) {
      const index = this.#waiting.findIndex(({ node }) => !this.#asked.has(node));
      if (index < 0) return;
      const [{ node, turn }] = this.#waiting.splice(index, 1);
      this.#asked.add(node);
      turn.resolve();
    }
  }

  #lose(gone: string, cause: OutputLost): void {
    const lost = this.#waiting.filter(({ node }) => node === gone);
    this.#waiting = this.#waiting.filter(({ node }) => node !== gone);
    for (const { turn } of lost) {
      turn.reject(new OutputLost(cause.message, { cause, isNodeGone: true, wasAsked: false }));
    }
  }
}
