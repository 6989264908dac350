import type { SpreadTerms } from "../../../src/cluster/cluster_job.ts";
import { ClusterMeter } from "../../../src/cluster/cluster_meter.ts";
import { findTexts } from "../../../src/cluster/find_texts.ts";
import { LiveSplits } from "../../../src/cluster/live_splits.ts";
import { type MapContext, mapSplit } from "../../../src/cluster/map_split.ts";
import { SplitOutputs } from "../../../src/cluster/split_outputs.ts";
import type { SplitOutcome, TextTask } from "../../../src/cluster/split_task.ts";
import type { QueuedSplit } from "../../../src/cluster/split_queue.ts";
import { planTexts } from "../../../src/cluster/split_plan.ts";
import { type SpreadContext, spreadJob } from "../../../src/cluster/spread_job.ts";
import { UNTRACED } from "../../../src/cluster/trace_work.ts";
import type { CountOptions } from "../../../src/contract/options.ts";
import { resultShape } from "../../../src/contract/result_values.ts";
import { NOTHING_COUNTED } from "../../../src/engine/job/first_state.ts";
import type { JobResult } from "../../../src/engine/job_contract.ts";
import { createStream } from "../../../src/input/byte_stream.ts";
import type { RemoteTexts } from "../../../src/input/text_series.ts";
import type { RangedReader } from "../../../src/intake/ranged_reader.ts";
import type { RangedText } from "../../../src/intake/remote/ranged_text.ts";
import type { Engine } from "../../../src/mod.ts";
import { QuestionKernel } from "../../../src/records/question_kernel.ts";

const ALL = { from: 0, to: Infinity };

const NODE = "http://node.test";

/** How an outcome reaches the node that was asked. */
type Tell = (outcome: SplitOutcome) => SplitOutcome;

/** A cluster of one node and no Redis, whose texts are bytes here: splits are counted as they are queued. */
export class BytesCluster implements AsyncDisposable {
  /** Splits that were queued, over all jobs. */
  readonly queued: QueuedSplit[] = [];
  readonly #engine: Engine;
  readonly #folder = Deno.makeTempDirSync({ prefix: "millrace-cluster-" });
  readonly #meter = new ClusterMeter();
  readonly #outputs = new SplitOutputs(`${this.#folder}/outputs`, this.#meter);
  readonly #tell: Tell;
  /** Splits that a job which has failed left running. */
  readonly #counting: Promise<SplitOutcome>[] = [];

  constructor(engine: Engine, tell: Tell = (outcome) => outcome) {
    this.#engine = engine;
    this.#tell = tell;
  }

  /** Counts texts in splits of some bytes. */
  async count(
    texts: readonly Uint8Array[],
    options: CountOptions,
    splitBytes: number,
  ): Promise<JobResult> {
    const reader = readerOf(texts);
    const job = termsOf(options);
    const remote = { urls: texts.map((_, i) => `bytes:${i}`), decompress: "none" as const };
    const found = await findTexts(remote, job, reader);
    const context = this.#contextOf(reader);
    return (await spreadJob(context, job, planTexts(found!, { nodes: 1, splitBytes }), 1))!;
  }

  #contextOf(reader: RangedReader): SpreadContext {
    let files = 0;
    const openUrls = ({ urls: [url] }: RemoteTexts) => ({
      stream: () => createStream(reader.readRange({ url } as RangedText, ALL), () => {}),
    });
    const mapping = { engine: this.#engine, outputs: this.#outputs, node: NODE, reader, openUrls };
    const attempt = { signal: new AbortController().signal, isLast: false, follow() {} };
    const add = (splits: readonly QueuedSplit[]) => {
      this.queued.push(...splits);
      const counting = splits.map(async ({ task }) => {
        const sent = structuredClone(task) as TextTask; // as the queue carries it
        return this.#tell(await mapSplit(mapping as unknown as MapContext, sent, attempt as never));
      });
      this.#counting.push(...counting);
      return Promise.resolve(counting);
    };
    const drop = () => Promise.resolve();
    return {
      engine: this.#engine,
      outputs: this.#outputs,
      meter: this.#meter,
      trace: UNTRACED,
      node: NODE,
      queue: { awaited: 0, add, cancel: drop, forget: drop, drop },
      idleNodes: () => 0,
      reducers: () => 1,
      scratchPath: () => `${this.#folder}/${files++}`,
    } as unknown as SpreadContext;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#counting);
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function termsOf(options: CountOptions): SpreadTerms {
  const kernel = QuestionKernel.of(options);
  const shape = resultShape(kernel?.manifest);
  const live = new LiveSplits({ ...NOTHING_COUNTED }, shape);
  const { signal } = new AbortController();
  const id = crypto.randomUUID();
  return { id, options, limits: {}, kernel, weight: 4, shape, signal, live, received() {} };
}

function readerOf(texts: readonly Uint8Array[]): RangedReader {
  const bytesOf = (url: string) => texts[Number(url.slice("bytes:".length))];
  const read = (url: string, { from, to }: { from: number; to: number }) => {
    const bytes = bytesOf(url).slice(from, to);
    const half = bytes.length >> 1;
    return ReadableStream.from([bytes.subarray(0, half), bytes.subarray(half)]);
  };
  return {
    schemes: ["bytes:"],
    reads: () => true,
    async *list(url) {
      yield await Promise.resolve(url);
    },
    lookAt: (url) =>
      Promise.resolve({ url, name: url, bytes: bytesOf(url).length, validator: '"1"' }),
    readRange: ({ url }, range) => read(url, range),
    open: ({ url }, range) => Promise.resolve({ stream: () => read(url, range) }),
  };
}
