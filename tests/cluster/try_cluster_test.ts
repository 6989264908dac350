import { assert, assertEquals } from "@std/assert";
import { repeatText } from "../../load/support/corpora.ts";
import { startServer } from "../../src/server.ts";
import { askForUrls, assertSameAnswer, countUrls, nodesOf } from "../support/cluster/ask.ts";
import { isInSplits } from "../support/cluster/is_in_splits.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { hasRedis } from "../support/cluster/redis.ts";
import { freePort } from "../support/free_port.ts";
import { FileServer } from "../support/http/file_server.ts";
import { leftOut } from "../support/left_out.ts";
import { until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("trying a cluster", "no redis-server");

const MAIN = new URL("../../src/cluster/try_cluster.ts", import.meta.url);
const QUERY = "top=0&order=key";

/** Enough for two nodes to divide it by the least size of a split. */
const TEXT_BYTES = 140_000_000;

/** What `deno task cluster` starts. */
class Trial implements AsyncDisposable {
  output = "";
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<void>;

  constructor(port: number) {
    const args = ["run", "-A", MAIN.href, "--port", String(port)];
    this.#process = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "null" })
      .spawn();
    this.#reading = this.#read(this.#process.stdout);
  }

  async #read(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stdout.pipeThrough(new TextDecoderStream())) this.output += text;
  }

  /** Of the node at an address, once it is told. */
  pidOf(url: string): number {
    return Number(new RegExp(`${url} is process (\\d+)`).exec(this.output)![1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGINT");
    const { code } = await this.#process.status;
    await this.#reading;
    assertEquals(code, 0);
  }
}

Deno.test({
  name: "deno task cluster goes on when a node is killed, and its answer is that of one server",
  ignore,
  fn: async () => {
    const port = freePort();
    await using trial = new Trial(port);
    const [here, there] = [port, port + 1].map((each) => `http://127.0.0.1:${each}`);
    await until(async () => (await nodesOf(here)).length === 2);
    const text = repeatText(generateLines(1, 1_000_000), TEXT_BYTES);
    const gate = Promise.withResolvers<undefined>();
    let begun = 0;
    await using file = new FileServer(text, {
      answer: (request) => {
        if (!isInSplits(request)) return undefined;
        begun++;
        return gate.promise;
      },
    });
    const urls = [`http://127.0.0.1:${file.port}/file.txt`];
    const counting = countUrls(here, QUERY, urls);
    await until(() => begun >= 2); // each node has a split
    Deno.kill(trial.pidOf(there), "SIGKILL");
    await until(() => trial.output.includes(`${there} has ended`));
    gate.resolve(undefined);
    const answer = await counting;
    assert(answer.accounting.cluster!.splits >= 2);
    await using alone = await startServer({ port: 0, allowPrivateUrls: true });
    assertSameAnswer(answer, await countUrls(alone.origin, QUERY, urls));
    const response = await askForUrls(here, "top=1", urls); // what is left is still a node
    assertEquals(response.status, 200);
    await response.body?.cancel();
  },
});
