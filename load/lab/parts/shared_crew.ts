import { HostDoorbell } from "../../../src/shared/doorbell.ts";
import { ResultRing } from "../../../src/shared/result_ring.ts";
import { createResult, type Result, TaskKind } from "../../../src/shared/task.ts";
import { TaskQueue } from "../../../src/shared/task_queue.ts";
import { TaskRecords } from "../../../src/shared/task_records.ts";
import { LAST_PART, settleDoorbell } from "../../bench/parts/engine_loop.ts";
import { TABLE_WORDS } from "./algorithms.ts";
import { type Crew, PIECES_OUT } from "./crew.ts";
import type { SharedValues } from "./workloads.ts";
import { COUNTER, DATA, PIECE_BYTES, pieceAddress, TABLE } from "./shared_places.ts";
import type { SharedStart } from "./shared_worker.ts";
import { type Piece, WORKS } from "./works.ts";

/** Room for pieces, their inputs and outputs; untouched pages cost nothing. */
const DATA_BYTES = 64 << 20;

/** Threads over one memory: the engine's queue, records, rings and doorbell, with another kernel. */
export async function startShared(workers: number): Promise<Crew> {
  const crew = new SharedCrew(workers);
  await crew.start();
  return crew;
}

class SharedCrew implements Crew {
  readonly pids = [];
  readonly #buffer = new SharedArrayBuffer(DATA + DATA_BYTES);
  readonly #words = new Int32Array(this.#buffer);
  readonly #queue = new TaskQueue(this.#words);
  readonly #records = new TaskRecords(this.#words);
  readonly #rings: ResultRing[];
  readonly #doorbell = new HostDoorbell(this.#words, () => this.#drain());
  readonly #threads: Worker[] = [];
  readonly #result = createResult();
  #onResult: (result: Result) => void = () => {};
  #fail: (error: Error) => void = () => {};

  constructor(workers: number) {
    this.#rings = Array.from({ length: workers }, (_, place) => ResultRing.of(this.#words, place));
    this.#queue.initialize();
    this.#records.initialize();
    for (const ring of this.#rings) ring.initialize();
  }

  async start(): Promise<void> {
    await Promise.all(this.#rings.map(async (_, place) => {
      const worker = new Worker(new URL("./shared_worker.ts", import.meta.url), { type: "module" });
      this.#threads.push(worker);
      await new Promise((resolve) => {
        worker.onmessage = resolve;
        worker.postMessage({ buffer: this.#buffer, place } satisfies SharedStart);
      });
      worker.onmessage = () => this.#doorbell.onMessage();
      worker.onerror = (event) => {
        event.preventDefault();
        this.#fail(new Error(`Cannot work over shared memory: ${event.message}`));
      };
    }));
    await settleDoorbell(this.#doorbell);
  }

  takeShared(): SharedValues {
    const table = this.#words.subarray(TABLE >> 2, (TABLE >> 2) + TABLE_WORDS);
    const values = { counter: this.#words[COUNTER >> 2], table: Int32Array.from(table) };
    this.#words[COUNTER >> 2] = 0;
    table.fill(0);
    return values;
  }

  load(pieces: readonly Piece[]): () => Promise<Uint8Array[]> {
    const bytes = new Uint8Array(this.#buffer);
    let at = DATA + pieces.length * PIECE_BYTES;
    const place = (length: number): number => {
      const start = (at + 7) & ~7;
      at = start + length;
      if (at > bytes.length) {
        throw new Error(`Cannot load ${at} bytes: ${bytes.length} is the limit`);
      }
      return start;
    };
    const starts = pieces.map(({ first, last, input }, part) => {
      const start = place(input.length);
      bytes.set(input, start);
      const output = place(roomOf(pieces[part]));
      this.#words.set([first, last, output], pieceAddress(part) >> 2);
      return start;
    });
    return () => this.#run(pieces, starts);
  }

  #run(pieces: readonly Piece[], starts: readonly number[]): Promise<Uint8Array[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array[]>();
    const outputs: Uint8Array[] = new Array(pieces.length);
    let [next, left] = [0, pieces.length];
    const push = (): void => {
      if (next === pieces.length) return;
      const part = next++;
      this.#push(part, WORKS.indexOf(pieces[part].work), starts[part], pieces[part].input.length);
    };
    this.#fail = reject;
    this.#onResult = ({ part, edges, edgesBytes }) => {
      outputs[part] = new Uint8Array(this.#buffer, edges, edgesBytes);
      if (--left === 0) resolve(outputs);
      else push();
    };
    for (let out = 0; out < this.#rings.length * PIECES_OUT; out++) push();
    return promise;
  }

  #push(part: number, job: number, start: number, bytes: number): void {
    this.#doorbell.expect();
    this.#queue.push(
      this.#records.open({ kind: TaskKind.map, job, epoch: 0, part, start, bytes }),
    );
  }

  #drain(): void {
    for (const ring of this.#rings) {
      ring.drain((ticket) => {
        if (!this.#records.read(ticket, this.#result)) return;
        this.#records.free(ticket);
        this.#onResult(this.#result);
      });
    }
  }

  close(): Promise<void> {
    for (const _ of this.#rings) this.#push(LAST_PART, 0, 0, 0);
    this.#doorbell.close();
    for (const thread of this.#threads) thread.terminate();
    return Promise.resolve();
  }
}

/** The most bytes of an output. */
function roomOf({ work, first, input }: Piece): number {
  if (work === "pi") return first;
  if (work === "table") return TABLE_WORDS * Int32Array.BYTES_PER_ELEMENT;
  return 2 * input.length + 64; // a line is at most twice a word and its space
}
