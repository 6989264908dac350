import { TASK_RECORD_CAPACITY } from "../../assembly/layout.ts";
import type { OrderedLists } from "./record_input.ts";
import type { CountOptions } from "../contract/options.ts";
import type { JobError } from "../contract/problems.ts";
import type { TextPartTerms } from "../input/decoder.ts";
import { recordRule } from "../input/record_rules.ts";
import type { SplitRule } from "../input/splitter.ts";
import { lastSafeSplit } from "../input/splitter_rules.ts";
import type { Text } from "../input/text.ts";
import type { LoadedKernel } from "../kernels/loaded_kernel.ts";
import { InputSlots } from "../shared/input_slots.ts";
import type { CountTerms, JobRoom } from "../shared/job_terms.ts";
import type { SharedHeap } from "../shared/shared_heap.ts";
import type { Task } from "../shared/task.ts";
import { Admission } from "./admission.ts";
import type { Clock } from "./clock.ts";
import { type FilledEngineOptions, jobPageLimit } from "./engine_options.ts";
import { encodeFilters, type JobFilters } from "./filters.ts";
import { INLINE_PAGES, InlineCounter } from "./inline/inline_counter.ts";
import { InlineLane } from "./inline/inline_lane.ts";
import { HeldFlows } from "./held_flows.ts";
import { type Flow, Scheduler, type TaskSink } from "./scheduler.ts";
import { type ChunkSlots, SlotShare } from "./slot_share.ts";
import type { SpillPlan } from "./spill_plan.ts";
import type { KernelWatch } from "./workforce/kernel_watch.ts";
import type { RunningJobs } from "./workforce/running_jobs.ts";
import type { RunnableKernel } from "../contract/kernel_manifest.ts";
import type { RecordTerms } from "./job/encode_terms.ts";
import type { KernelLimits } from "./job/kernel_errors.ts";

/** The job that a run is one of. */
export interface RunOwner {
  readonly options: CountOptions;
  readonly text: Text;
  readonly flow: Flow;
  /** What makes keys of the text, if it is none of the tokenizers. */
  readonly kernel: RunnableKernel | undefined;
  /** What the records are that are counted, where no tokenizer makes them. */
  readonly records: RecordTerms | undefined;
  /** Lists that are merged in place of the text, which is empty. */
  readonly lists: OrderedLists | undefined;
  /** Bytes of all of these records; 0 where that is not known. */
  readonly recordBytes: number;
  /** Whether they are counts, of which all together are at most 2^53 - 1. */
  readonly areCounts: boolean;
  /** As in SubmitOptions: the words at the edges of such a text are asked for. */
  readonly part: TextPartTerms | undefined;
  /** Likewise: of keys that may leave the tables a sketch is asked for. */
  readonly firstStage: boolean;
  /** Bytes that the job has written to disk in stages before. */
  readonly spilledBefore: number;
  /** What is counted, in the numbers of a job block. */
  readonly terms: CountTerms;
  /** Ends the job with an error, and with it the run. */
  fail(error: JobError): void;
  /**
   * Whether another run may follow this one; if not, the job has failed.
   *
   * @param offset Where the chunk of the lost task begins in the input, if it has one.
   */
  mayStartOver(offset: number | undefined): boolean;
  /**
   * Notes that the thread of a task did not answer.
   *
   * @returns Whether the task may be tried again; if not, the job has failed.
   */
  mayRepeat(task: Task, offset: number | undefined): boolean;
}

/** What the jobs of one engine share. */
export interface EngineContext {
  readonly heap: SharedHeap;
  readonly slots: InputSlots;
  /** The slots that chunks of user kernels may have. */
  readonly userSlots: ChunkSlots;
  /** Bytes of a chunk of a user kernel. */
  readonly userChunkBytes: number;
  readonly admission: Admission;
  readonly scheduler: Scheduler;
  /** The jobs whose user code has to leave the last thread to others for some time. */
  readonly held: HeldFlows;
  /** The runs that have job blocks. */
  readonly running: RunningJobs;
  readonly workers: number;
  /** What each job may use of the memory. */
  readonly jobRoom: JobRoom;
  /** How much of a stream is kept for another run. */
  readonly replayBytes: number;
  /** How jobs spill; undefined where the engine has no disk. */
  readonly spill: SpillPlan | undefined;
  readonly kernelLimits: KernelLimits;
  /** Stops user code of a run that has ended; its block is stopped already. */
  stopUserCode(job: number, epoch: number): void;
  /** Counts short texts on this thread; undefined where threads count all. */
  readonly inline: InlineLane | undefined;
  /** The time, as `performance.now()` tells it. */
  now(): number;
  /** Prefix and stop words of a job, as they are compared; see filters.ts. */
  encodeFilters(options: CountOptions, ofWords: boolean): JobFilters | Promise<JobFilters>;
  /** Normalization Form C of one key, by the kernel's code. */
  normalize(key: string): string;
  splitRule(options: CountOptions, kernel: RunnableKernel | undefined): SplitRule;
}

/** What a context is made of that exists already. */
export interface ContextParts {
  heap: SharedHeap;
  kernel: LoadedKernel;
  running: RunningJobs;
  spill: SpillPlan | undefined;
  clock: Clock;
  /** Takes the tasks whose turn has come. */
  sink: TaskSink;
  kernels: Pick<KernelWatch, "limitMs" | "stopRun">;
}

/**
 * Makes what the jobs of one engine share.
 *
 * @throws {RangeError} If memory cannot hold the input slots.
 */
export function createContext(options: FilledEngineOptions, parts: ContextParts): EngineContext {
  const { workers, serialize, replayBytes, kernelMemoryBytes } = options;
  const { heap, kernel, running, spill, clock, sink, kernels } = parts;
  const slots = new InputSlots(heap, workers * options.slotsPerWorker, options.chunkBytes);
  const atOnce = serialize ? 1 : workers;
  // User code never holds the last thread; where there is but one, it holds that in slices, for which
  // its chunks are short.
  const userChunkBytes = atOnce > 1 ? slots.chunkBytes : Math.ceil(slots.chunkBytes / 4);
  const depth = Math.min(workers * options.queueDepth, TASK_RECORD_CAPACITY);
  const scheduler = new Scheduler(sink, depth, Math.max(1, atOnce - 1));
  return {
    heap,
    slots,
    userChunkBytes,
    userSlots: new SlotShare(slots, Math.max(1, Math.floor(slots.count / 2))),
    admission: new Admission(heap, options),
    scheduler,
    held: new HeldFlows(scheduler, clock),
    running,
    workers,
    jobRoom: {
      pageLimit: jobPageLimit(heap, options),
      tablePages: spill?.tablePages ?? 0,
      spillBits: spill?.partitionBits ?? 0,
    },
    replayBytes,
    spill,
    kernelLimits: { timeoutMs: kernels.limitMs, memoryBytes: kernelMemoryBytes },
    stopUserCode: (job, epoch) => kernels.stopRun(job, epoch),
    inline: options.inline === false || serialize
      ? undefined
      : new InlineLane(options.inline, () => new InlineCounter(kernel.compileFor(INLINE_PAGES))),
    now: () => clock.now(),
    encodeFilters: (count, ofWords) => encodeFilters(count, ofWords, kernel.keys),
    normalize: (key) => kernel.keys().normalize(key),
    splitRule,
  };
}

/** Keys of several tokens that end with a line need whole lines, and user kernels whole records. */
function splitRule(
  { tokenizer, n, lineBound }: CountOptions,
  kernel: RunnableKernel | undefined,
): SplitRule {
  const isOfWords = kernel?.isTrusted && kernel.manifest.records === "word";
  if (kernel && !isOfWords) return recordRule(kernel.manifest.records);
  return (text, length) => lastSafeSplit(text, length, tokenizer, n > 1 && lineBound);
}
