import { KernelHarness } from "../../../tests/support/kernel_harness.ts";
import type { WorkerStart } from "./kernel_worker.ts";
import { nextMessage } from "../../../tests/support/threads.ts";

const SLOT_BYTES = 1 << 20;

/** Real workers that take the chunks of one text by an atomic counter, on a common signal. */
class Crew {
  readonly #workers: Worker[] = [];
  readonly #control = new Int32Array(new SharedArrayBuffer(8));
  #round = 0;

  static async start(count: number, base: Omit<WorkerStart, "worker" | "control">): Promise<Crew> {
    const crew = new Crew();
    for (let i = 0; i < count; i++) {
      const worker = new Worker(new URL("./kernel_worker.ts", import.meta.url), { type: "module" });
      crew.#workers.push(worker);
      // Instance 0 is the host's.
      worker.postMessage({ ...base, worker: i + 1, control: crew.#control } satisfies WorkerStart);
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
  const host = new KernelHarness(module, memory, SLOT_BYTES);
  const shared = new Uint8Array(new SharedArrayBuffer(text.length));
  shared.set(text);
  const base = { module, memory, text: shared, ends, slotBytes: SLOT_BYTES };
  const rates: [number[], number[]] = [[], []];
  const crews = [await Crew.start(1, base), await Crew.start(2, base)];
  const answers: Uint8Array[] = [];
  for (let round = -1; round < rounds; round++) { // the first warms up, and is compared
    for (const [i, crew] of crews.entries()) {
      host.open({ tokenizer: "ascii" });
      const milliseconds = await crew.run();
      if (round >= 0) rates[i].push(text.length / milliseconds / 1000);
      else answers.push(host.reduce().bytes);
    }
  }
  for (const crew of crews) crew.close();
  if (!equalBytes(answers[0], answers[1])) {
    throw new Error("Cannot compare rates: one and two workers count differently");
  }
  return rates;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
