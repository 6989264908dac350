import type { Segment } from "../../reduce/segment.ts";
import type { JobBlock } from "../../shared/job_block.ts";
import type { EngineContext } from "../engine_context.ts";
import type { OrderedLists } from "../record_input.ts";
import {
  planCollect,
  planFromDisk,
  planInMemory,
  planMerge,
  type ReduceStage,
} from "./reduce_plan.ts";
import { listsFailed } from "./job_errors.ts";
import type { RunTasks } from "./run_tasks.ts";
import { takeSegment } from "./take_segment.ts";

/** What lists have come to is kept in memory up to here, as if it had been counted there. */
const MOST_KEPT_BYTES = 128 * 1024 * 1024;

/** The reduce of one run: has its tables made into one ordered segment, in memory if they fit. */
export class RunReduce {
  /** Workers that have counted; known once the reduce has begun. */
  workers = 0;
  readonly #block: JobBlock;
  readonly #tasks: RunTasks;
  readonly #context: EngineContext;
  readonly #lists: OrderedLists | undefined;

  /** @param lists What is merged, in a run that has no tables. */
  constructor(
    block: JobBlock,
    tasks: RunTasks,
    context: EngineContext,
    lists?: OrderedLists,
  ) {
    this.#block = block;
    this.#lists = lists;
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
    if (this.#lists) return this.#merge(this.#lists);
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

  async #merge({ segments, areParts = false }: OrderedLists): Promise<void> {
    const { index, epoch } = this.#block;
    this.workers = 1;
    this.#block.reduceFromDisk(); // from here on, the files go with the run
    const spill = this.#context.spill!;
    try {
      await spill.directory.putLists(index, epoch, segments, areParts);
    } catch (error) {
      throw listsFailed(error, spill);
    }
    await this.#perform(areParts ? planCollect() : planMerge());
  }

  #planInMemory(tables: number[], textBytes: number): readonly ReduceStage[] {
    const { pages, scatteredBits } = this.#block;
    const { workers } = this.#context;
    const plan = planInMemory({ tables, pages, workers, textBytes, scatteredBits });
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

  /** Whether keys have outgrown memory: lists were never in it. */
  get hasSpilled(): boolean {
    return this.#block.spills && !this.#lists;
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
    const mostInMemory = this.#lists && !readOnce ? MOST_KEPT_BYTES : undefined;
    return directory.takeSegment(block.index, block.epoch, block.segmentKeys, mostInMemory);
  }
}
