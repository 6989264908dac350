import type { Segment } from "../../reduce/segment.ts";
import type { JobBlock } from "../../shared/job_block.ts";
import type { EngineContext } from "../engine_context.ts";
import { planFromDisk, planInMemory, type ReduceStage } from "./reduce_plan.ts";
import type { RunTasks } from "./run_tasks.ts";
import { takeSegment } from "./take_segment.ts";

/** The reduce of one run: has its tables made into one ordered segment, in memory if they fit. */
export class RunReduce {
  /** Workers that have counted; known once the reduce has begun. */
  workers = 0;
  readonly #block: JobBlock;
  readonly #tasks: RunTasks;
  readonly #context: EngineContext;

  constructor(block: JobBlock, tasks: RunTasks, context: EngineContext) {
    this.#block = block;
    this.#tasks = tasks;
    this.#context = context;
  }

  /**
   * Begins when all chunks are counted.
   *
   * @param textBytes Bytes of text in the tables.
   * @returns Undefined if the only task of a small job did all. Rejects with why the run ends.
   */
  begin(textBytes: number): Promise<void> | undefined {
    const tables = this.#block.tables();
    this.workers = Math.max(1, tables.length);
    if (tables.length > 0 || this.#block.spills) return this.#reduce(tables, textBytes);
  }

  async #reduce(tables: number[], textBytes: number): Promise<void> {
    const block = this.#block;
    if (!block.spills) await this.#perform(this.#planInMemory(tables, textBytes));
    // When a task finds no room, all of them leave the rest to the disk.
    if (block.spills) await this.#perform(this.#planFromDisk(block.tables()));
  }

  #planInMemory(tables: number[], textBytes: number): readonly ReduceStage[] {
    const { pages } = this.#block;
    const { workers } = this.#context;
    const plan = planInMemory({ tables, pages, workers, textBytes });
    this.#block.setPartitionBits(plan.partitionBits);
    return plan.stages;
  }

  #planFromDisk(tables: number[]): readonly ReduceStage[] {
    const { directory, partitionBits } = this.#context.spill!;
    const spilled = directory.workers(this.#block.index, this.#block.epoch);
    this.workers = new Set([...tables, ...spilled]).size;
    return planFromDisk(tables, partitionBits);
  }

  async #perform(stages: readonly ReduceStage[]): Promise<void> {
    for (const stage of stages) {
      this.#tasks.submitStage(stage);
      await this.#tasks.finished();
    }
  }

  /**
   * Takes the segment, which belongs to the caller from here on.
   *
   * @param readOnce As in SubmitOptions.
   */
  takeSegment(readOnce?: boolean): Segment {
    const block = this.#block;
    if (!block.spills) return takeSegment(block, readOnce);
    const { directory } = this.#context.spill!;
    return directory.takeSegment(block.index, block.epoch, block.segmentKeys);
  }
}
