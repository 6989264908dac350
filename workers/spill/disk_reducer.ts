import {
  BATCH_HEADER_BYTES,
  JOB_COUNTED,
  JOB_DISTINCT,
  JOB_MIN_COUNT,
  JOB_ORDER,
  JOB_SEGMENT_KEYS,
  JOB_TOP,
  OK,
  ORDER_KEY,
  SCRATCH_MERGED_COUNTED,
  SCRATCH_MERGED_DISTINCT,
  SCRATCH_MERGED_KEYS,
} from "../../assembly/layout.ts";
import { jobAddress } from "../../src/shared/addresses.ts";
import { jobOwner } from "../../src/shared/page_map.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import type { Task } from "../../src/shared/task.ts";
import { guarded, type JobFiles } from "./job_files.ts";
import type { KernelExports } from "../kernel_host.ts";
import type { RunFile, Section } from "./run_file.ts";
import { type MergeRule, type Output, RunMerger } from "./run_merger.ts";
import type { Region, SpillRoom } from "./spill_room.ts";

/** More than this makes no merge faster. */
const MERGE_REGION_PAGES = 512;
/** What names of files begin with; see JobFiles. */
const TABLE = "table-";
const LIST = "list-";
const PART = "part-";
/** Parts that the job was given are lists as well. */
const PART_LIST = `${PART}${LIST}`;
/** A count that no key reaches: the merge counts every record, and leaves it out. */
const NO_COUNT = 1n << 63n;

/** What a slice has left for the next one. */
interface Progress {
  sections: { name: string; offset: number; bytes: number }[];
  /** Records that the slices before have put out. */
  keys: number;
  /** How often some of the inputs were merged into one, since there were too many. */
  passes: number;
}

/** A merge under way: its inputs are open. */
interface Work extends Disposable {
  task: Task;
  sections: Section[];
  region: Region;
  keys: number;
  passes: number;
}

/**
 * The reduce of jobs that have spilled. A task merges one slice, so that other tasks have their turn
 * in between. If `unfinished` is set, the host submits the task again, and any thread may do the
 * next slice: a file says what is left.
 */
export class DiskReducer {
  /** Whether the last task has left something. */
  unfinished = false;
  readonly #heap: SharedHeap;
  readonly #scratch: number;
  readonly #kernel: KernelExports;
  readonly #files: JobFiles;
  readonly #room: SpillRoom;

  constructor(
    heap: SharedHeap,
    scratch: number,
    kernel: KernelExports,
    files: JobFiles,
    room: SpillRoom,
  ) {
    this.#heap = heap;
    this.#scratch = scratch;
    this.#kernel = kernel;
    this.#files = files;
    this.#room = room;
  }

  /**
   * Merges one partition of all runs; leaves the records that the answer may need, in its order.
   *
   * @throws {SpillError}
   */
  mergePartition(task: Task): number {
    return guarded(() => {
      const job = jobAddress(task.job);
      using work = this.#open(task, [TABLE, LIST], task.part);
      const pass = { order: ORDER_KEY, sums: true, last: false, least: 0n, top: 0 };
      if (RunMerger.fanIn(work.region) < work.sections.length) return this.#pass(work, pass);
      const byKey = this.#heap.word(job + JOB_ORDER) === ORDER_KEY;
      const all = { ...pass, last: true };
      const rule = byKey ? this.#cut(all, this.#heap.word(job + JOB_TOP), work.keys) : all;
      const least = rule.least === NO_COUNT ? NO_COUNT : this.#least(job);
      using out = this.#files.append(task, `${PART}${task.part}`);
      const status = byKey
        ? this.#mergeInto(work, { ...rule, least }, out)
        : this.#mergeBySize(work, { ...rule, least }, out);
      if (status === OK) this.#addTotals(job);
      return status;
    });
  }

  #least(job: number): bigint {
    const low = BigInt(this.#heap.word(job + JOB_MIN_COUNT));
    return low + (BigInt(this.#heap.word(job + JOB_MIN_COUNT + 4)) << 32n);
  }

  /** At most `top` records, of which `keys` are out already. */
  #cut(rule: MergeRule, top: number, keys: number): MergeRule {
    if (top === 0) return rule;
    return keys < top ? { ...rule, top: top - keys } : { ...rule, least: NO_COUNT };
  }

  /**
   * Merges the partitions into the answer.
   *
   * @throws {SpillError}
   */
  collect(task: Task): number {
    return guarded(() => {
      const job = jobAddress(task.job);
      using work = this.#open(task, [PART], 0);
      const order = this.#heap.word(job + JOB_ORDER);
      const top = this.#heap.word(job + JOB_TOP);
      const rule = { order, sums: false, last: false, least: 0n, top };
      if (RunMerger.fanIn(work.region) < work.sections.length) return this.#pass(work, rule);
      using out = this.#files.append(task, "segment");
      out.toEnd();
      const { bytes } = this.#heap;
      const rest = top === 0 ? 0 : top - work.keys;
      const status = this.#merge(work, { ...rule, last: true, top: rest }, {
        header: 0,
        divisor: 1,
        take: (from, size) => {
          out.write(bytes.subarray(from.address, from.address + size));
          return OK;
        },
      });
      this.#heap.words[(job + JOB_SEGMENT_KEYS) >> 2] = work.keys;
      return status;
    });
  }

  /** Merges as many inputs into one as there are windows for: the next slice has fewer inputs. */
  #pass(work: Work, rule: MergeRule): number {
    const { task, sections } = work;
    const name = `pass-${task.kind}-${task.part}-${work.passes++}`;
    const some = { ...work, sections: sections.splice(0, RunMerger.fanIn(work.region)), keys: 0 };
    using out = this.#files.append(task, name);
    const status = this.#mergeInto(some, rule, out, false);
    using file = this.#files.open(task, name);
    sections.push(...file.sections(0));
    this.#save(work);
    return status;
  }

  /** Merges into one run of one section. */
  #mergeInto(work: Work, rule: MergeRule, out: RunFile, sliced = true): number {
    const { bytes } = this.#heap;
    let size = 0;
    out.begin();
    const status = this.#merge(work, rule, {
      header: 0,
      divisor: 1,
      take: (from, merged) => {
        out.write(bytes.subarray(from.address, from.address + merged));
        size += merged;
        return OK;
      },
    }, sliced);
    out.end([size]);
    return status;
  }

  /** Merges by key into runs by count or value: as many records in each as the region holds. */
  #mergeBySize(work: Work, rule: MergeRule, out: RunFile): number {
    const job = jobAddress(work.task.job);
    return this.#merge(work, rule, {
      header: BATCH_HEADER_BYTES,
      divisor: 2,
      take: (from, merged) => {
        const status = this.#kernel.orderRecords(job, from.address, merged, from.bytes);
        if (status === OK) this.#room.writeBatch(out, from);
        return status;
      },
    });
  }

  /** Merges a slice, or to the end; saves what is left. */
  #merge(work: Work, rule: MergeRule, output: Output, sliced = true): number {
    const { task, sections, region } = work;
    const owner = jobOwner(task.job);
    using merger = new RunMerger(
      this.#heap,
      this.#kernel,
      this.#scratch,
      owner,
      sections,
      region,
    );
    const status = merger.run(jobAddress(task.job), rule, output, sliced);
    work.keys += this.#heap.word(this.#scratch + SCRATCH_MERGED_KEYS);
    this.unfinished = false;
    if (status === OK && sliced) this.#save({ ...work, sections: merger.rest() });
    return status;
  }

  /** Adds what the last merge has seen to the job's sums. */
  #addTotals(job: number): void {
    const { words, memory } = this.#heap;
    const distinct = this.#heap.word(this.#scratch + SCRATCH_MERGED_DISTINCT);
    // Other workers add as well; done() PUBLISHES the sums to the host.
    Atomics.add(words, (job + JOB_DISTINCT) >> 2, distinct);
    const longs = new BigUint64Array(memory.buffer);
    const counted = longs[(this.#scratch + SCRATCH_MERGED_COUNTED) / 8];
    Atomics.add(longs, (job + JOB_COUNTED) / 8, counted);
  }

  // ---- between two slices -------------------------------------------------------------------------

  #save({ task, sections, keys, passes }: Omit<Work, keyof Disposable>): void {
    this.unfinished = sections.length > 0;
    if (!this.unfinished) return;
    const places = sections.map(({ file: { name }, offset, bytes }) => ({ name, offset, bytes }));
    const progress: Progress = { sections: places, keys, passes };
    Deno.writeTextFileSync(this.#progressPath(task), JSON.stringify(progress));
  }

  #progressPath(task: Task): string {
    return this.#files.path(task, `left-${task.kind}-${task.part}`);
  }

  /**
   * Opens what is left of a task, or else one section of all files whose names begin with one of some
   * prefixes.
   */
  #open(task: Task, prefixes: readonly string[], section: number): Work {
    using scope = new DisposableStack();
    const open = (name: string) => scope.use(this.#files.open(task, name));
    const left = this.#readProgress(task);
    const names = left
      ? left.sections.map(({ name }) => name)
      : prefixes.flatMap((prefix) => this.#files.list(task, prefix));
    const files = new Map([...new Set(names)].map((name) => [name, open(name)]));
    const sections = left
      ? left.sections.map(({ name, offset, bytes }) => ({ file: files.get(name)!, offset, bytes }))
      : [...files.values()].flatMap((file) => isList(file) ? file.whole() : file.sections(section));
    const region = scope.use(this.#room.take(task, MERGE_REGION_PAGES));
    const { keys = 0, passes = 0 } = left ?? {};
    const kept = scope.move();
    return { task, sections, region, keys, passes, [Symbol.dispose]: () => kept.dispose() };
  }

  #readProgress(task: Task): Progress | undefined {
    try {
      return JSON.parse(Deno.readTextFileSync(this.#progressPath(task)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }
}

/** Whether a file is a list that the job was given: records without the headers of runs. */
function isList({ name }: RunFile): boolean {
  return name.startsWith(LIST) || name.startsWith(PART_LIST);
}
