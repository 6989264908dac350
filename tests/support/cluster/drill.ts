import { assert } from "@std/assert";
import { Queue } from "bullmq";
import { digest } from "../../../src/digest.ts";
import { QUEUE } from "../../../src/cluster/split_queue.ts";
import { isRangeTask } from "../../../src/cluster/split_task.ts";
import type { ResultDocument } from "../../../src/contract/documents.ts";
import { type Server, type StartOptions, startServer } from "../../../src/server.ts";
import { FileServer } from "../http/file_server.ts";
import type { ServerProcess } from "../http/server.ts";
import { until } from "../waits.ts";
import { askForUrls } from "./ask.ts";
import { isInSplits } from "./is_in_splits.ts";
import { generateLines } from "./lines.ts";
import { Moments } from "./moments.ts";
import { NodeGate } from "./node_gate.ts";
import { START_PERMISSIONS, startNodeProcess } from "./node_process.ts";
import { nodeOptions } from "./nodes.ts";
import { TestRedis } from "./redis.ts";
import { freePort } from "../free_port.ts";

const TEXT = generateLines(4, 200_000);

/** All keys in an order that is always the same. */
const ROWS = "top=0&order=key&format=tsv";

/** How a node asks for a range of what another one has counted, as both sides see it. */
const RANGE = /^GET \/internal\/outputs\/\S+\?(from|to)=/;

/** What is drilled. */
export interface DrillOptions {
  /** @default {of few keys} */
  text?: Uint8Array<ArrayBuffer>;
  /** Whether moments begin when nodes reduce. @default {false: when they count} */
  ofReduce?: boolean;
}

/** What came of a job. */
export interface Drilled {
  rows: string;
  accounting: ResultDocument["accounting"];
}

/**
 * Two nodes of a cluster, of which one has a process of its own and is killed, and a text. What they
 * read of the text, and what they say to each other, are the moments of a job.
 */
export class Drill implements AsyncDisposable {
  readonly moments = new Moments();
  /** Rows of the text by one server. */
  readonly expected: string;
  readonly here: Server;
  readonly #parts: DrillParts;
  #there: ServerProcess;
  #meeting = new Meeting();
  /** Whether moments have begun. */
  #hasBegun = false;
  /** Of the last job. */
  #path = "";

  private constructor(parts: DrillParts, here: Server, there: ServerProcess, expected: string) {
    this.#parts = parts;
    this.here = here;
    this.#there = there;
    this.expected = expected;
  }

  static async start({ text = TEXT, ofReduce = false }: DrillOptions = {}): Promise<Drill> {
    await using stack = new AsyncDisposableStack();
    const redis = stack.use(await TestRedis.start());
    const folder = await Deno.makeTempDir();
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const opened: { drill?: Drill } = {};
    const pass = async (block: Uint8Array) => await opened.drill?.pass(block);
    const [port, herePort] = [freePort(), freePort()];
    const gates = [herePort, port].map((each) => stack.use(new NodeGate(each, pass)));
    const file = stack.use(
      new FileServer(text, { answer: (request) => opened.drill?.read(request) }),
    );
    const parts = { stack, redis, folder, port, gates, file, ofReduce };
    const expected = await countAlone(file);
    const options: StartOptions = {
      ...nodeOptions(redis, herePort),
      spillDirectory: folder,
      clusterUrl: gates[0].url,
    };
    const here = stack.use(await startServer(options));
    const there = await startNode(parts);
    const drill = new Drill({ ...parts, stack: stack.move() }, here, there, expected);
    opened.drill = drill;
    await until(() => drill.here.engine.status().nodes?.length === 2);
    return drill;
  }

  /** Where the node is asked that is killed. */
  get there(): string {
    return this.#there.origin;
  }

  /** Where splits of the last job begin that the node here has counted. */
  async doneHere(): Promise<number[]> {
    const { redis, gates: [{ url }] } = this.#parts;
    const [{ build }] = this.here.engine.status().nodes!;
    const connection = { url: redis.url, maxRetriesPerRequest: null };
    const queue = new Queue(QUEUE, { connection, prefix: `millrace-${build}` });
    const completed = await queue.getCompleted();
    await queue.close();
    const job = await digest(`\n${this.#path.split("/").at(-1)}`); // as nodes call it
    const ofJob = completed.filter(({ data }) => data.job === job && !isRangeTask(data));
    return ofJob.map(({ returnvalue }) => returnvalue.output)
      .filter(({ node }) => node === url).map(({ from }) => from);
  }

  /** Where the ranges begin that were asked for so far. */
  rangeStarts(): number[] {
    return this.#parts.file.ranges.map((range) => Number(/^bytes=(\d+)-/.exec(range ?? "")?.[1]));
  }

  /** Nodes say something to each other. */
  async pass(block: Uint8Array): Promise<void> {
    this.#hasBegun ||= RANGE.test(new TextDecoder().decode(block.subarray(0, 1000)));
    if (this.#hasBegun) await this.moments.pass();
  }

  /** A node asks for a part of the text: each has a split before one goes on. */
  async read(request: Request): Promise<undefined> {
    if (this.#hasBegun) await this.moments.pass();
    if (isInSplits(request) && !this.moments.hasActed) await this.#meeting.meet();
  }

  /** A job of a name of its own, that has not begun. @returns Its path. */
  plan(): string {
    this.#meeting = new Meeting();
    this.#hasBegun = !this.#parts.ofReduce;
    return this.#path = `/v1/jobs/${crypto.randomUUID()}`;
  }

  /** Has a job begun, unless it was. */
  async begin(origin: string, path: string): Promise<void> {
    const urls = [`http://127.0.0.1:${this.#parts.file.port}/file.txt`];
    const response = await fetch(`${origin}${path}?${ROWS}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ urls }),
    });
    const text = await response.text();
    assert(response.ok, text);
  }

  /** Waits for a job, by asking whoever has it. */
  async finish(origin: string, path: string): Promise<Drilled> {
    await until(async () => {
      const { state, error } = await (await fetch(origin + path)).json();
      assert(state !== "failed", JSON.stringify(error));
      return state === "done";
    });
    const rows = await (await fetch(`${origin}${path}/result?${ROWS}`)).text();
    const { accounting } = await (await fetch(`${origin}${path}/result?format=json&top=1`)).json();
    return { rows, accounting };
  }

  /** Ends the other node as a machine ends that loses power. */
  async kill(): Promise<void> {
    this.#there.kill("SIGKILL");
    await this.#there.ended();
    this.#meeting.end();
  }

  /** Starts the other node again, where it was, and waits until the one here counts on it. */
  async restart(): Promise<void> {
    this.#there = await startNode(this.#parts);
    await until(() => {
      const nodes = this.here.engine.status().nodes ?? [];
      return nodes.length === 2 && nodes.every(({ state }) => state !== "silent");
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#meeting.end();
    await this.#parts.stack.disposeAsync();
  }
}

interface DrillParts {
  stack: AsyncDisposableStack;
  redis: TestRedis;
  folder: string;
  /** Of the node that has a process of its own. */
  port: number;
  /** Before the node here, and before the other one. */
  gates: NodeGate[];
  file: FileServer;
  ofReduce: boolean;
}

/** Lets the first two go on when both are there: a node has one split at a time. */
class Meeting {
  #came = 0;
  readonly #gate = Promise.withResolvers<void>();

  async meet(): Promise<void> {
    if (++this.#came === 2) this.#gate.resolve();
    await this.#gate.promise;
  }

  end(): void {
    this.#gate.resolve();
  }
}

async function startNode(
  { stack, redis, folder, port, gates: [, { url }] }: DrillParts,
): Promise<ServerProcess> {
  return stack.use(
    await startNodeProcess(redis, {
      port,
      url,
      permissions: START_PERMISSIONS,
      env: { MILLRACE_SPILL_DIR: folder, MILLRACE_DATA: `${folder}/data` },
    }),
  );
}

async function countAlone({ port }: FileServer): Promise<string> {
  await using server = await startServer({ port: 0, workers: 1, allowPrivateUrls: true });
  const response = await askForUrls(server.origin, ROWS, [`http://127.0.0.1:${port}/file.txt`]);
  return await response.text();
}
