import type { ClusterSums } from "../contract/engine_status.ts";
import type { RangedReader } from "../intake/ranged_reader.ts";
import { isRangeTask } from "./split_task.ts";
import type { RunSplit } from "./split_worker.ts";

/** What a node has done in its cluster since it started, for monitors. */
export class ClusterMeter implements ClusterSums {
  readonly splits = { done: 0, failed: 0, interrupted: 0, again: 0, stalled: 0, lost: 0 };
  readonly jobs = { spread: 0, kept: 0 };
  readonly moved = { outputsFetched: 0, outputsServed: 0, inputsRead: 0 };

  /** Counts what becomes of the splits that this node runs; ranges of keys are none. */
  watch(run: RunSplit): RunSplit {
    return async (task, attempt) => {
      if (isRangeTask(task)) return await run(task, attempt);
      if (attempt.isRepeated) this.splits.again++;
      try {
        const outcome = await run(task, attempt);
        this.splits[outcome.output ? "done" : "failed"]++;
        this.moved.inputsRead += outcome.output?.report?.accounting.bytesIn ?? 0;
        return outcome;
      } catch (error) {
        this.splits.interrupted++;
        throw error;
      }
    };
  }

  /** Counts the bytes of texts that are read to tell what they are, and where their splits end. */
  reads(reader: RangedReader): RangedReader {
    const { moved } = this;
    return {
      ...reader,
      async *readRange(text, range) {
        for await (const block of reader.readRange(text, range)) {
          moved.inputsRead += block.length;
          yield block;
        }
      },
    };
  }
}
