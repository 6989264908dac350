import { createMemory, KernelHarness } from "../../../tests/support/kernel_harness.ts";
import { nextMessage } from "../../../tests/support/threads.ts";
import { THIS_REVISION } from "../../support/this_revision.ts";
import { loadKernelOf } from "./kernel_files.ts";
import type { WorkerStart } from "./kernel_worker.ts";
import { cutText } from "./text_mapper.ts";

const SLOT_BYTES = 1 << 20;

/** Enough for the tables of English, and for a slot of each worker. */
const PAGES = 4096;

/** A text that kernels share, and the host that opens their jobs and reduces. */
class SharedText {
  readonly host: KernelHarness;
  /** What workers need to start. */
  readonly start: Omit<WorkerStart, "worker" | "control">;

  /** @param ends Ends of the chunks of the text. */
  constructor(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    text: Uint8Array,
    ends: number[],
  ) {
    this.host = new KernelHarness(module, memory, SLOT_BYTES);
    const shared = new Uint8Array(new SharedArrayBuffer(text.length));
    shared.set(text);
    this.start = { module, memory, text: shared, ends, slotBytes: SLOT_BYTES };
  }
}

/** Real workers that take the chunks of one text by an atomic counter, on a common signal. */
class Crew {
  readonly #workers: Worker[] = [];
  readonly #control = new Int32Array(new SharedArrayBuffer(8));
  #round = 0;

  static async start(count: number, { start }: SharedText): Promise<Crew> {
    const crew = new Crew();
    for (let i = 0; i < count; i++) {
      const worker = new Worker(new URL("./kernel_worker.ts", import.meta.url), { type: "module" });
      crew.#workers.push(worker);
      // Instance 0 is the host's.
      worker.postMessage({ ...start, worker: i + 1, control: crew.#control } satisfies WorkerStart);
      await nextMessage<number>(worker);
    }
    return crew;
  }

  /** Milliseconds until the last worker has no chunk left. */
  async run(): Promise<number> {
    const done = this.#workers.map(nextMessage<number>);
    Atomics.store(this.#control, 1, 0);
    const started = performance.timeOrigin + performance.now();
    Atomics.store(this.#control, 0, ++this.#round);
    Atomics.notify(this.#control, 0);
    return Math.max(...await Promise.all(done)) - started;
  }

  close(): void {
    Atomics.store(this.#control, 0, -1);
    Atomics.notify(this.#control, 0);
  }
}

/**
 * MB/s of the map phase with one and with two workers, round by round.
 *
 * @param ends Ends of the chunks of the text.
 */
export async function measureWorkers(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  text: Uint8Array,
  ends: number[],
  rounds: number,
): Promise<[one: number[], two: number[]]> {
  const shared = new SharedText(module, memory, text, ends);
  const rates: [number[], number[]] = [[], []];
  const crews = [await Crew.start(1, shared), await Crew.start(2, shared)];
  const answers: Uint8Array[] = [];
  for (let round = -1; round < rounds; round++) { // the first warms up, and is compared
    for (const [i, crew] of crews.entries()) {
      shared.host.open({ tokenizer: "ascii" });
      const milliseconds = await crew.run();
      if (round >= 0) rates[i].push(text.length / milliseconds / 1000);
      else answers.push(shared.host.reduce().bytes);
    }
  }
  for (const crew of crews) crew.close();
  if (!equalBytes(answers[0], answers[1])) {
    throw new Error("Cannot compare rates: one and two workers count differently");
  }
  return rates;
}

/** Kernels without an engine, which copy a text from memory as threads read it from a file. */
export class KernelRuns {
  readonly #text: SharedText;
  readonly #crew: Crew;

  private constructor(text: SharedText, crew: Crew) {
    this.#text = text;
    this.#crew = crew;
  }

  /** Starts as many workers, which count words by Unicode's rules. */
  static async start(workers: number, bytes: Uint8Array<ArrayBuffer>): Promise<KernelRuns> {
    const module = await loadKernelOf(THIS_REVISION, PAGES);
    const text = new SharedText(module, createMemory(PAGES, 1), bytes, cutText(bytes, "unicode"));
    return new KernelRuns(text, await Crew.start(workers, text));
  }

  /** Counts the text; milliseconds of the map phase. */
  async run(): Promise<number> {
    this.#text.host.open({ tokenizer: "unicode" });
    return await this.#crew.run();
  }

  /** What the last run has counted. */
  reduce(): Map<string, number> {
    return new Map(this.#text.host.reduce().toArray().map(({ key, count }) => [key, count]));
  }

  close(): void {
    this.#crew.close();
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
