import { FileSegment } from "../reduce/file_segment.ts";
import type { Segment } from "../reduce/segment.ts";
import type { ClusterMeter } from "./cluster_meter.ts";
import { fetchOutput, OutputLost } from "./fetch_output.ts";
import { FetchTurns } from "./fetch_turns.ts";
import type { Signatures } from "./signatures.ts";
import type { SplitOutputs } from "./split_outputs.ts";
import type { SplitOutput } from "./split_task.ts";

/** What fetching outputs takes. */
export interface OutputsContext {
  outputs: SplitOutputs;
  signatures: Signatures;
  meter: ClusterMeter;
  /** Address of this node. */
  node: string;
  /** A new path for a file. */
  scratchPath(): string;
}

/** What the node that was asked has fetched of the outputs of a job: it goes with the job. */
export class JobOutputs {
  readonly #context: OutputsContext;
  readonly #job: string;
  readonly #signal: AbortSignal;
  readonly #segments: Segment[] = [];
  readonly #turns = new FetchTurns();
  #hasEnded = false;

  /** @param job Name of the job in the cluster. @param signal Is aborted when nobody waits for it. */
  constructor(context: OutputsContext, job: string, signal: AbortSignal) {
    this.#context = context;
    this.#job = job;
    this.#signal = signal;
  }

  /**
   * Fetches an output.
   *
   * @returns Undefined if it has no keys.
   * @throws {OutputLost}
   */
  async fetch(output: SplitOutput): Promise<FileSegment | undefined> {
    const { node, outputs, signatures, meter, scratchPath } = this.#context;
    if (output.keys === 0) return undefined;
    const isHere = output.node === node;
    const segment = isHere
      ? openHere(outputs.pathOf(this.#job, output.token), scratchPath(), output)
      : await this.#turns.take(output.node, () => {
        this.throwIfEnded();
        return fetchOutput(output, this.#job, scratchPath(), signatures);
      });
    if (!isHere) meter.moved.outputsFetched += output.bytes;
    this.keep(segment);
    return segment;
  }

  /** Keeps a segment until the job ends, which may have been while the segment was made. */
  keep(segment: Segment): void {
    if (this.#hasEnded) segment.close();
    else this.#segments.push(segment);
    this.throwIfEnded();
  }

  /** @throws Once nobody waits for the job. */
  throwIfEnded(): void {
    this.#signal.throwIfAborted();
    if (this.#hasEnded) throw new Error("The job has ended");
  }

  /** The job ends: nothing more is fetched. */
  end(): void {
    this.#hasEnded = true;
  }

  /** Lets go of what was fetched. */
  close(): void {
    this.end();
    for (const segment of this.#segments) segment.close();
  }
}

/**
 * Opens an output of this node by a name of its own, since the output goes when its job is said to have
 * ended.
 *
 * @throws {OutputLost}
 */
function openHere(path: string, ownPath: string, { keys, bytes }: SplitOutput): FileSegment {
  try {
    Deno.linkSync(path, ownPath);
    const segment = FileSegment.named(ownPath, keys);
    if (segment.byteLength === bytes) return segment;
    segment.close();
    throw new Error("it is not whole");
  } catch (cause) {
    throw new OutputLost(`Cannot open an output: ${(cause as Error).message}`, { cause });
  }
}
