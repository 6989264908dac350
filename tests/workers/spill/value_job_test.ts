import { assert, assertEquals } from "@std/assert";
import {
  JOB_EPOCH,
  JOB_PAGE_LIMIT,
  JOB_SEGMENT_KEYS,
  JOB_SPILL_BITS,
  JOB_SPILLED_RUNS,
  OK,
  PAGE_BYTES,
  RESERVE_END,
  RESERVE_FIRST,
  VALUE_OVERFLOW,
} from "../../../assembly/layout.ts";
import { Segment } from "../../../src/reduce/segment.ts";
import { createLeash } from "../../../src/shared/leash.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { createTask, type Task, TaskKind } from "../../../src/shared/task.ts";
import { KernelHost } from "../../../workers/kernel_host.ts";
import { Spiller } from "../../../workers/spill/spiller.ts";
import {
  createMemory,
  type JobOptions,
  KernelHarness,
  loadKernel,
} from "../../support/kernel_harness.ts";
import { Random } from "../../support/random.ts";
import {
  answersDoubles,
  combineNaive,
  encodeValues,
  readValues,
  type ValueRecord,
} from "../../support/values.ts";

const PAGES = 512;
const MEGABYTE = 1 << 20;
const SPILL_BITS = 2;

/** One thread's spiller in the thread of the test, and a job that it works for. */
class SpillingJob implements Disposable {
  readonly harness: KernelHarness;
  readonly spiller: Spiller;
  readonly #kernel: KernelHost;
  readonly #directory = Deno.makeTempDirSync();

  constructor(module: WebAssembly.Module) {
    const memory = createMemory(PAGES, 1);
    this.harness = new KernelHarness(module, memory, 8 * MEGABYTE);
    const { scratch, text, words } = this.harness;
    const heap = SharedHeap.attach(memory);
    const reserve = text + 7 * MEGABYTE;
    words[RESERVE_FIRST >> 2] = reserve / PAGE_BYTES;
    words[RESERVE_END >> 2] = reserve / PAGE_BYTES + 8;
    this.#kernel = new KernelHost(module, heap, scratch);
    const spill = {
      directory: this.#directory,
      maxBytes: Infinity,
      area: text + 4 * MEGABYTE,
      areaBytes: 3 * MEGABYTE,
      batchPages: 64,
      reserve,
      reserveBytes: 8 * PAGE_BYTES,
    };
    const start = {
      memory,
      kernel: module,
      place: 0,
      probes: false,
      silenceMs: 1000,
      scratch,
      leash: createLeash(),
      kernelMemoryBytes: MEGABYTE,
    };
    this.spiller = new Spiller(heap, start, spill, this.#kernel);
  }

  #task(kind: TaskKind, part = 0): Task {
    return { ...createTask(), kind, part, epoch: this.harness.get(JOB_EPOCH) };
  }

  /** Counts chunks while the job may hold few pages, and then reduces from disk. */
  run(chunks: ValueRecord[][], options: JobOptions): Segment | number {
    const { harness, spiller } = this;
    harness.open({ tokenizer: "values", case: "preserve", pageLimit: 12, ...options });
    harness.set(JOB_SPILL_BITS, SPILL_BITS);
    const map = this.#task(TaskKind.map);
    for (const chunk of chunks) {
      const { start, bytes } = harness.put(encodeValues(chunk));
      const { mapChunk } = this.#kernel.exports;
      const status = spiller.map(map, () => mapChunk(harness.job, 0, start, bytes, 0, 0));
      if (status !== OK) return status;
    }
    assertEquals(spiller.spill(this.#task(TaskKind.spill), 0), OK);
    harness.set(JOB_PAGE_LIMIT, 0);
    for (let part = 0; part < 1 << SPILL_BITS; part++) {
      const task = this.#task(TaskKind.merge, part);
      const status = this.#finish(() => spiller.reducer.mergePartition(task));
      if (status !== OK) return status;
    }
    const collect = this.#task(TaskKind.collect);
    const status = this.#finish(() => spiller.reducer.collect(collect));
    if (status !== OK) return status;
    const path = `${this.#directory}/0-${collect.epoch}/segment`;
    return new Segment(Deno.readFileSync(path), harness.get(JOB_SEGMENT_KEYS));
  }

  /** Does slices until nothing is left. */
  #finish(slice: () => number): number {
    for (;;) {
      const status = slice();
      if (status !== OK || !this.spiller.reducer.unfinished) return status;
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#directory, { recursive: true });
  }
}

Deno.test("Spiller and DiskReducer bring values to disk and back, in any order of the answer", async () => {
  using job = new SpillingJob(await loadKernel("words", PAGES));
  const random = new Random(41);
  for (const valueType of ["i64", "f64"] as const) {
    for (const op of ["sum", "min", "max", "avg"] as const) {
      const records = Array.from({ length: 60_000 }, (): ValueRecord => {
        const key = random.below(15_000).toString().padStart([1, 16, 40][random.below(3)], "k");
        const value = random.below(2 ** 30) - 2 ** 29;
        return [key, valueType === "i64" ? BigInt(value) : value / 1024];
      });
      const chunks = Array.from({ length: 20 }, (_, i) => records.slice(i * 3000, i * 3000 + 3000));
      const byKey = combineNaive(records, op, valueType);
      const byValue = byKey.toSorted(([a, x], [b, y]) =>
        x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1
      );
      for (const order of ["key", "value"] as const) {
        for (const top of [0, 100]) {
          const segment = job.run(chunks, { op, valueType, order, top });
          if (typeof segment === "number") {
            throw new Error(`${op} ${valueType} ended with ${segment}`);
          }
          const expected = order === "key" ? byKey : byValue;
          const answer = readValues(segment, answersDoubles(op, valueType));
          assertEquals(answer, top > 0 ? expected.slice(0, top) : expected);
          assertEquals(segment.keys, answer.length);
          assert(job.harness.get(JOB_SPILLED_RUNS) > 3, "it spills more than once");
        }
      }
    }
  }
});

Deno.test("DiskReducer refuses a sum beyond 64 bits, and no sum that is within", async () => {
  using job = new SpillingJob(await loadKernel("words", PAGES));
  const most = 2n ** 63n - 1n;
  const others = Array.from({ length: 30_000 }, (_, i): ValueRecord => [`key ${i}`, -1n]);
  const within: ValueRecord[][] = [[["sum", most]], others, [["sum", 5n]], [["sum", -6n]]];
  const segment = job.run(within, { op: "sum", order: "value", top: 2 });
  if (typeof segment === "number") throw new Error(`the sum ended with ${segment}`);
  assertEquals(readValues(segment, false), [["sum", most - 1n], ["key 0", -1n]]);
  const beyond = within.slice(0, 3);
  for (const order of ["key", "value"] as const) {
    assertEquals(job.run(beyond, { op: "sum", order, top: 2 }), VALUE_OVERFLOW);
  }
});
