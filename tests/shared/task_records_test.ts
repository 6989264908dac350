import { assertEquals } from "@std/assert";
import {
  TASK_ASKED,
  TASK_BYTES,
  TASK_CLAIMED,
  TASK_CLEAN,
  TASK_COUNTING,
  TASK_DONE,
  TASK_FREE,
  TASK_LOST,
  TASK_READY,
} from "../../assembly/layout.ts";
import { createResult, createTask, type Task, TaskKind } from "../../src/shared/task.ts";
import { TaskRecords } from "../../src/shared/task_records.ts";
import { NO_TICKET, phaseOf } from "../../src/shared/ticket.ts";

const PLACE = 63;
const OTHER = 5;
const task = (part: number): Task => ({
  kind: TaskKind.map,
  job: part % 7,
  epoch: ~part,
  part,
  start: (part * 65536) >>> 0,
  bytes: part + 1,
});

/** Records, with a task that has come to a phase in the hands of PLACE. */
function createRecords(phase = TASK_READY) {
  const words = new Int32Array(new SharedArrayBuffer(4 * TASK_BYTES));
  const records = new TaskRecords(words, 0, 4);
  records.initialize();
  const ticket = records.open(task(9));
  const taken = createTask();
  if (phase !== TASK_READY) records.claim(ticket, PLACE, taken);
  if (phase > TASK_CLAIMED) records.begin(ticket, PLACE);
  if (phase === TASK_DONE) records.done(ticket, PLACE, createResult());
  if (phase === TASK_ASKED || phase === TASK_CLEAN) records.ask(ticket);
  if (phase === TASK_CLEAN) records.commit(ticket, PLACE);
  if (phase === TASK_LOST) records.lose(ticket);
  assertEquals(phaseOf(records.state(ticket)), phase);
  return { records, ticket, phaseNow: () => phaseOf(records.state(ticket)) };
}

Deno.test("TaskRecords carries a task to its worker and the outcome back", () => {
  const { records, ticket } = createRecords();
  const taken = createTask();
  assertEquals(records.claim(ticket, PLACE, taken), true);
  assertEquals(taken, task(9));
  assertEquals(records.begin(ticket, PLACE), true);
  const outcome = {
    status: 3,
    tokens: 0xffffffff,
    replaced: 2,
    offset: 0xf0000000,
    edges: 0xf0000001,
    edgesBytes: 6,
    micros: 7,
  };
  assertEquals(records.done(ticket, PLACE, outcome), true);
  const result = createResult();
  assertEquals(records.read(ticket, result), true);
  assertEquals(result, {
    ...task(9),
    ...outcome,
    use: undefined,
    tallies: undefined,
    lineFeeds: 0,
    fault: undefined,
    place: PLACE,
  });
  records.free(ticket);
  assertEquals(records.read(ticket, result), false);
});

Deno.test("TaskRecords.claim() gives a task to one worker, however often its ticket is taken", () => {
  const { records, ticket } = createRecords();
  const taken = createTask();
  assertEquals(records.claim(ticket, PLACE, taken), true);
  assertEquals(records.claim(ticket, OTHER, taken), false);
  assertEquals(records.claim(ticket, PLACE, taken), false);
});

Deno.test("TaskRecords.open() finds no record when all are out", () => {
  const { records, ticket } = createRecords();
  const tickets = [1, 2, 3].map((part) => records.open(task(part)));
  assertEquals(new Set([ticket, ...tickets]).size, 4);
  assertEquals(records.open(task(4)), NO_TICKET);
  records.withdraw(tickets[1]);
  const again = records.open(task(4));
  assertEquals([again === tickets[1], records.ready().includes(again)], [false, true]);
});

// What the host may do in each phase, and what the worker's next step finds then.
const ROWS = [
  { phase: TASK_READY, takeBack: false, ask: false, lose: false },
  { phase: TASK_CLAIMED, takeBack: true, ask: false, lose: false },
  { phase: TASK_COUNTING, takeBack: false, ask: true, lose: true },
  { phase: TASK_ASKED, takeBack: false, ask: false, lose: true },
  { phase: TASK_CLEAN, takeBack: true, ask: false, lose: false },
  { phase: TASK_DONE, takeBack: false, ask: false, lose: false },
  { phase: TASK_LOST, takeBack: false, ask: false, lose: false },
];

for (const { phase, takeBack, ask, lose } of ROWS) {
  Deno.test(`TaskRecords lets the host do in phase ${phase} what leaves counts exact`, () => {
    const back = createRecords(phase);
    const again = back.records.takeBack(back.ticket);
    assertEquals([again !== NO_TICKET, again === back.ticket], [takeBack, false]);
    const asked = createRecords(phase);
    assertEquals(asked.records.ask(asked.ticket), ask);
    const lost = createRecords(phase);
    assertEquals(lost.records.lose(lost.ticket), lose);
  });
}

Deno.test("TaskRecords lets no step of a thread succeed once its task was taken back", () => {
  for (const phase of [TASK_CLAIMED, TASK_CLEAN]) {
    const { records, ticket } = createRecords(phase);
    const again = records.takeBack(ticket);
    const steps = () => [
      records.begin(ticket, PLACE),
      records.commit(ticket, PLACE),
      records.done(ticket, PLACE, createResult()),
      records.claim(ticket, PLACE, createTask()),
    ];
    assertEquals(steps(), [false, false, false, false]);
    assertEquals(records.claim(again, OTHER, createTask()), true);
    assertEquals(steps(), [false, false, false, false]);
    assertEquals(records.begin(again, OTHER), true);
    assertEquals(steps(), [false, false, false, false]);
    assertEquals(phaseOf(records.state(again)), TASK_COUNTING);
  }
});

Deno.test("TaskRecords lets a thread that is asked leave its task clean, or done", () => {
  const clean = createRecords(TASK_ASKED);
  assertEquals(clean.records.commit(clean.ticket, PLACE), false);
  assertEquals(clean.phaseNow(), TASK_CLEAN);
  const done = createRecords(TASK_ASKED);
  assertEquals(done.records.done(done.ticket, PLACE, createResult()), true);
  assertEquals(done.phaseNow(), TASK_DONE);
  const late = createRecords(TASK_LOST);
  assertEquals(late.records.commit(late.ticket, PLACE), false);
  assertEquals(late.records.done(late.ticket, PLACE, createResult()), false);
  assertEquals(late.phaseNow(), TASK_LOST);
  late.records.free(late.ticket);
  assertEquals(late.phaseNow(), TASK_FREE);
});

Deno.test("TaskRecords.heldBy() and doneBy() find what a place has", () => {
  for (const phase of [TASK_CLAIMED, TASK_COUNTING, TASK_ASKED, TASK_CLEAN, TASK_DONE]) {
    const { records, ticket } = createRecords(phase);
    assertEquals(records.heldBy(PLACE), ticket);
    assertEquals(records.heldBy(OTHER), NO_TICKET);
    assertEquals(records.doneBy(PLACE), phase === TASK_DONE ? [ticket] : []);
  }
  for (const phase of [TASK_READY, TASK_LOST]) {
    assertEquals(createRecords(phase).records.heldBy(PLACE), NO_TICKET);
  }
});
