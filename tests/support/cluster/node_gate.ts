import { ignoreError, own } from "../../../src/async/own.ts";

/** Where others reach a node in place of its own port: what is said either way passes here. */
export class NodeGate implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();
  readonly #port: number;
  readonly #pass: (block: Uint8Array) => Promise<void>;
  readonly #accepting: Promise<void>;

  /** @param port Of the node. @param pass Is asked before anything goes on. */
  constructor(port: number, pass: (block: Uint8Array) => Promise<void>) {
    this.#port = port;
    this.#pass = pass;
    this.#accepting = this.#accept();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  async #accept(): Promise<void> {
    for await (const asking of this.#listener) own(this.#join(asking), ignoreError);
  }

  /** Ends what was asked as soon as the node does. */
  async #join(asking: Deno.Conn): Promise<void> {
    this.#open.add(asking);
    try {
      using node = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
      await Promise.race([this.#copy(asking, node), this.#copy(node, asking)]);
    } finally {
      this.#open.delete(asking);
      asking.close();
    }
  }

  async #copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const block = new Uint8Array(4096);
    for (let read = await from.read(block); read !== null; read = await from.read(block)) {
      const writer = block.subarray(0, read);
      await this.#pass(writer);
      for (let at = 0; at < read;) at += await to.write(writer.subarray(at));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const each of this.#open) each.close();
    await this.#accepting;
  }
}
