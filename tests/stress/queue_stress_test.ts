import { assertEquals } from "@std/assert";
import type { ResultRing } from "../../src/shared/result_ring.ts";
import type { TaskQueue } from "../../src/shared/task_queue.ts";
import { createResult, createTask } from "../../src/shared/task.ts";
import type { TaskRecords } from "../../src/shared/task_records.ts";
import { NO_TICKET } from "../../src/shared/ticket.ts";
import { freshSeed, Random } from "../support/random.ts";
import { isTornResult, writeOutcome, writeTask } from "./queue_stress_items.ts";
import { type QueueCase, QueueStressLayout, type QueueStressStart } from "./queue_stress_layout.ts";
import { PATIENCE_MS } from "../support/waits.ts";
import { nextMessage } from "../support/threads.ts";

const TASKS = Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000);

/** What must come out of every case: each task once, whole, and no word stored elsewhere. */
const NOTHING_WRONG = { lost: 0, doubled: 0, torn: 0, damaged: [] as number[] };

/** Positions start just below 2^32 and 2^31, or so that both are crossed half-way. */
const CASES: Omit<QueueCase, "seed">[] = [
  {
    name: "queue of 2, rings of 2, positions across 2^32",
    workers: 2,
    queueCapacity: 2,
    ringCapacity: 2,
    first: -5,
    tasks: TASKS >> 3,
  },
  {
    name: "queue of 4, rings of 4, positions across 2^31",
    workers: 2,
    queueCapacity: 4,
    ringCapacity: 4,
    first: 0x7ffffffb,
    tasks: TASKS >> 2,
  },
  {
    name: "queue of 4, rings of 16, three workers, positions across 2^32 half-way",
    workers: 3,
    queueCapacity: 4,
    ringCapacity: 16,
    first: -(TASKS >> 2),
    tasks: TASKS >> 1,
  },
];

/** What came back, judged. */
class Tally {
  readonly #seen: Uint8Array;
  readonly #result = createResult();
  readonly #seed: number;
  done = 0;
  torn = 0;

  constructor({ tasks, seed }: QueueCase) {
    this.#seen = new Uint8Array(tasks);
    this.#seed = seed;
  }

  drain(rings: ResultRing[], records: TaskRecords): void {
    for (const ring of rings) {
      ring.drain((ticket) => {
        if (!records.read(ticket, this.#result)) return;
        records.free(ticket);
        const { status, part } = this.#result;
        this.done++;
        if (status !== 0 || isTornResult(this.#result, this.#seed)) this.torn++;
        if (this.#seen[part] < 255) this.#seen[part]++;
      });
    }
  }

  verdict(damaged: number[]) {
    const count = (wrong: (times: number) => boolean) => this.#seen.filter(wrong).length;
    return {
      lost: count((times) => times === 0),
      doubled: count((times) => times > 1),
      torn: this.torn,
      damaged,
    };
  }
}

/** Pushes the tasks in order, no more out than there are records, as the engine does. */
class Pusher {
  readonly #task = createTask();
  readonly #capacity: number;
  pushed = 0;

  constructor({ queueCapacity }: QueueCase) {
    this.#capacity = queueCapacity;
  }

  push(queue: TaskQueue, records: TaskRecords, { tasks, seed }: QueueCase): void {
    while (this.pushed < tasks && (!this.#isFull(queue))) {
      writeTask(this.#task, this.pushed, seed);
      const ticket = records.open(this.#task);
      if (ticket === NO_TICKET) return;
      queue.push(ticket);
      // A ticket that comes twice is worth one task.
      if (this.pushed % 5 === 0) queue.push(ticket);
      this.pushed++;
    }
  }

  #isFull(queue: TaskQueue): boolean {
    return queue.length >= this.#capacity;
  }
}

for (const each of CASES) {
  Deno.test(`TaskQueue and ResultRing on one thread: ${each.name}`, () => {
    const queueCase = { ...each, tasks: each.tasks >> 2, seed: freshSeed() };
    assertEquals(runAlone(queueCase), NOTHING_WRONG, `MILLRACE_SEED=${queueCase.seed}`);
  });

  Deno.test(`TaskQueue and ResultRing across workers: ${each.name}`, async () => {
    const queueCase = { ...each, seed: freshSeed() };
    const seed = `MILLRACE_SEED=${queueCase.seed}`;
    assertEquals(await runAcrossWorkers(queueCase, seed), NOTHING_WRONG, seed);
  });
}

/** Everything of a case, as it stands before the first task. */
function setUp(queueCase: QueueCase) {
  const layout = new QueueStressLayout(queueCase);
  const words = layout.createWords();
  const queue = layout.queueOf(words);
  const rings = layout.ringsOf(words);
  const records = layout.recordsOf(words);
  records.initialize();
  queue.initialize(queueCase.first);
  for (const ring of rings) ring.initialize(queueCase.first);
  const [tally, pusher] = [new Tally(queueCase), new Pusher(queueCase)];
  return { layout, words, queue, rings, records, tally, pusher };
}

/** The same steps in an order that the seed decides. */
function runAlone(queueCase: QueueCase) {
  const { seed, tasks } = queueCase;
  const { layout, words, queue, rings, records, tally, pusher } = setUp(queueCase);
  const random = new Random(seed);
  const task = createResult();
  while (tally.done < tasks) {
    pusher.push(queue, records, queueCase);
    for (let takes = random.below(6); takes > 0; takes--) {
      const ticket = queue.take();
      if (ticket === NO_TICKET) break;
      const place = random.below(rings.length);
      if (!records.claim(ticket, place, task)) continue;
      records.begin(ticket, place);
      writeOutcome(task, task, seed);
      records.done(ticket, place, task);
      rings[place].publish(ticket);
    }
    if (random.oneIn(2)) tally.drain(rings, records);
  }
  return tally.verdict(layout.damaged(words));
}

async function runAcrossWorkers(queueCase: QueueCase, seed: string) {
  const { tasks, workers } = queueCase;
  const { layout, words, queue, rings, records, tally, pusher } = setUp(queueCase);
  const threads = Array.from({ length: workers }, (_, worker) => {
    return startWorker({ buffer: words.buffer, worker, queueCase });
  });
  try {
    while (tally.done < tasks) {
      const bell = Atomics.load(words, layout.doorbell >> 2);
      const before = tally.done;
      pusher.push(queue, records, queueCase);
      tally.drain(rings, records);
      if (tally.done > before) continue;
      const rung = Atomics.waitAsync(words, layout.doorbell >> 2, bell, PATIENCE_MS);
      if (!rung.async) continue;
      assertEquals(await rung.value, "ok", `no wake-up after ${tally.done} tasks, ${seed}`);
    }
  } finally {
    Atomics.store(words, layout.stop >> 2, 1);
    queue.wakeAll();
    await Promise.all(threads.map(({ left }) => left));
    for (const { thread } of threads) thread.terminate();
  }
  return tally.verdict(layout.damaged(words));
}

function startWorker(start: QueueStressStart) {
  const url = new URL("./queue_stress_worker.ts", import.meta.url);
  const thread = new Worker(url, { type: "module" });
  const left = nextMessage(thread);
  thread.postMessage(start);
  return { thread, left };
}
