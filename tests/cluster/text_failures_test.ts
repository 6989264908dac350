import { assert, assertEquals } from "@std/assert";
import { startServer } from "../../src/server.ts";
import { askForUrls, assertSameAnswer, countUrls } from "../support/cluster/ask.ts";
import { createFailureTests } from "../support/cluster/failure_tests.ts";
import { isInSplits } from "../support/cluster/is_in_splits.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { startNodeProcess } from "../support/cluster/node_process.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { FileServer } from "../support/http/file_server.ts";
import { soon, until } from "../support/waits.ts";

const failure = await createFailureTests("failures of the texts of a cluster");

const TEXT = generateLines(13, 200_000);
const QUERY = "top=0&order=key";

/** Where the splits begin that are held up. */
const LATE = 100_000;

function urlsOf({ port }: FileServer): string[] {
  return [`http://127.0.0.1:${port}/file.txt`];
}

/** What one server answers. */
async function alone(text: Uint8Array<ArrayBuffer>) {
  await using server = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
  await using file = new FileServer(text);
  return await countUrls(server.origin, QUERY, urlsOf(file));
}

/** A text whose server says nothing to some of those who ask for its second half. */
class StallingText implements AsyncDisposable {
  stalled = 0;
  readonly #end = Promise.withResolvers<undefined>();
  readonly #file: FileServer;

  /** @param most How many it leaves without an answer. */
  constructor(most: number) {
    this.#file = new FileServer(TEXT, {
      answer: (request) => {
        const [, from] = /^bytes=(\d+)-/.exec(request.headers.get("range") ?? "") ?? [];
        if (!(Number(from) > LATE) || this.stalled === most) return undefined;
        this.stalled++;
        return this.#end.promise;
      },
    });
  }

  get urls(): string[] {
    return urlsOf(this.#file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.resolve(undefined);
    await this.#file[Symbol.asyncDispose]();
  }
}

failure("the server of a text says nothing for a while", async (redis) => {
  await using nodes = await TestNodes.start(redis, 2, { readTimeoutMs: 1000 });
  await using text = new StallingText(2);
  const answer = await soon(countUrls(nodes.servers[0].origin, QUERY, text.urls));
  assertEquals(text.stalled, 2);
  assertSameAnswer(answer, await alone(TEXT));
});

failure("the server of a text says nothing any more", async (redis) => {
  await using nodes = await TestNodes.start(redis, 2, { readTimeoutMs: 1000 });
  await using text = new StallingText(Infinity);
  const response = await soon(askForUrls(nodes.servers[0].origin, QUERY, text.urls));
  const { type } = await response.json();
  assertEquals(type, "urn:millrace:problem:url-failed");
  await until(() => nodes.servers.every(({ engine }) => engine.status().nodes![0].splits === 0));
});

failure("a text is replaced by another one while nodes count it", async (redis) => {
  await using nodes = await TestNodes.start(redis, 2);
  const other = generateLines(14, 300_000);
  await using second = new FileServer(other, { etag: () => '"2"' });
  let asked = 0;
  await using first = new FileServer(TEXT, {
    answer: (request) => {
      if (isInSplits(request)) asked++;
      if (asked < 8) return undefined;
      return fetch(urlsOf(second)[0], { headers: request.headers });
    },
  });
  const answer = await soon(countUrls(nodes.servers[0].origin, QUERY, urlsOf(first)));
  assert(asked >= 8);
  assertEquals(answer.accounting.cluster, undefined); // one node has counted it from its beginning
  assertSameAnswer(answer, await alone(other));
});

failure("a node of another build counts nothing of what the others do", async (redis) => {
  await using nodes = await TestNodes.start(redis, 2);
  const [{ origin, engine }] = nodes.servers;
  const preload = new URL("../support/cluster/other_build.ts", import.meta.url);
  await using apart = await startNodeProcess(redis, {
    permissions: ["-A", `--preload=${preload.href}`],
  });
  await until(() => engine.status().nodes!.length === 3);
  const states = engine.status().nodes!.map(({ state, url }) => [url === apart.origin, state]);
  assertEquals(new Map(states as [boolean, string][]).get(true), "apart");
  await using text = new FileServer(TEXT);
  const answers = await Promise.all([
    countUrls(origin, QUERY, urlsOf(text)),
    countUrls(apart.origin, QUERY, urlsOf(text)),
  ]);
  const expected = await alone(TEXT);
  for (const answer of answers) assertSameAnswer(answer, expected);
  assert(answers[0].accounting.cluster!.nodes <= 2);
  assertEquals(answers[1].accounting.cluster, undefined); // it has nobody to count with
  const { cluster } = await (await fetch(`${apart.origin}/v1/engine`)).json();
  assertEquals(cluster.splits.done, 0);
});
