import { assertEquals } from "@std/assert";
import { TASK_ASKED, TASK_CLAIMED, TASK_COUNTING } from "../../../assembly/layout.ts";
import { START_MS, Watchdog } from "../../../src/engine/workforce/watchdog.ts";
import { TaskKind } from "../../../src/shared/task.ts";
import { NO_TICKET } from "../../../src/shared/ticket.ts";

const LIMIT_MS = 4000;
/** As often as the watchdog looks: the first look sees a thread, four more make the limit. */
const LOOK_MS = 1000;

/** A thread as the watchdog sees it. */
interface Thread {
  beat: number;
  /** @default {0} */
  spillWrites?: number;
  ticket: number;
  phase: number;
  isSeated: boolean;
}

const idle = (): Thread => ({ beat: 1, ticket: NO_TICKET, phase: 0, isSeated: true });

/** Threads by place; a seat has the place of its number. */
function watch(threads: Thread[], bytes = 0, kind: TaskKind = TaskKind.map) {
  const log: string[] = [];
  const byTicket = (ticket: number) => threads.find((thread) => thread.ticket === ticket)!;
  const watchdog = new Watchdog(
    {
      size: threads.length,
      places: threads.length,
      get retired() {
        return threads.filter(({ isSeated }) => !isSeated).length;
      },
      isUsed: () => true,
      placeOf: (seat) => threads[seat].isSeated ? seat : -1,
      beat: (place) => threads[place]?.beat ?? 0,
      spillWrites: (place) => threads[place]?.spillWrites ?? 0,
    },
    {
      heldBy: (place) => threads[place]?.ticket ?? NO_TICKET,
      readTask: (_, task) => void Object.assign(task, { start: 1, bytes, kind }),
      state: (ticket) => byTicket(ticket).phase,
      ask(ticket) {
        log.push(`asked ${ticket}`);
        byTicket(ticket).phase = TASK_ASKED;
        return true;
      },
    },
    LIMIT_MS,
    {
      onSilent: (place, ticket) => log.push(`silent ${place} ${ticket}`),
      onStuck: (place, ticket) => log.push(`stuck ${place} ${ticket}`),
    },
  );
  let now = 0;
  watchdog.reset(now);
  const look = (times = 1) => {
    for (; times > 0; times--) watchdog.look(now += LOOK_MS);
  };
  return { watchdog, log, look };
}

Deno.test("Watchdog asks a thread that counts and is quiet for the limit, then finds it stuck", () => {
  const thread = { ...idle(), ticket: 7, phase: TASK_COUNTING };
  const { log, look } = watch([thread]);
  look(4);
  assertEquals(log, []);
  look();
  assertEquals(log, ["asked 7"]);
  look(2);
  assertEquals(log, ["asked 7", "stuck 0 7"]);
});

Deno.test("Watchdog leaves a thread alone that spills, however long its chunk takes", () => {
  const thread = { ...idle(), ticket: 7, phase: TASK_COUNTING, spillWrites: 0 };
  const { log, look } = watch([thread]);
  const spill = (looks: number) => {
    for (let i = 0; i < looks; i++, thread.beat++, thread.spillWrites++) look();
  };
  const count = (looks: number) => {
    for (let i = 0; i < looks; i++, thread.beat++) look();
  };
  spill(50);
  count(15);
  spill(50);
  assertEquals(log, []);
  count(17);
  assertEquals(log, ["asked 7"], "a chunk may take four times the limit without a spill");
  spill(50);
  assertEquals(log, ["asked 7"], "who spills does not see what the host asks");
  count(64);
  assertEquals(log, ["asked 7"], "nor does who lets a table grow");
  count(1);
  assertEquals(log, ["asked 7", "stuck 0 7"], "sixteen times the limit");
});

Deno.test("Watchdog gives a thread a millisecond more for each KB of its chunk", () => {
  const thread = { ...idle(), ticket: 7, phase: TASK_CLAIMED };
  const { log, look } = watch([thread], 2_000_000);
  look(6);
  assertEquals(log, []);
  look();
  assertEquals(log, ["silent 0 7"]);
});

Deno.test("Watchdog leaves a thread alone that beats, and one that is only starting", () => {
  const [beats, starts] = [{ ...idle(), ticket: 7, phase: TASK_COUNTING }, { ...idle(), beat: 0 }];
  const { log, look } = watch([beats, starts]);
  for (let i = 0; i < 12; i++, beats.beat++) look();
  assertEquals(log, []);
  for (let i = 12; i <= START_MS / LOOK_MS; i++, beats.beat++, beats.ticket = i) look();
  assertEquals(log, [`silent 1 ${NO_TICKET}`]);
});

Deno.test("Watchdog.threadsHang holds while no thread takes a task since some hang", () => {
  const hanging = (): Thread => ({ ...idle(), ticket: 7, phase: TASK_COUNTING });
  const starting = (): Thread => ({ ...idle(), beat: 0 });
  const retired = (): Thread => ({ ...hanging(), isSeated: false });
  const rows: [name: string, threads: Thread[], hangs: boolean][] = [
    ["both idle", [idle(), idle()], false],
    ["both hang", [hanging(), { ...hanging(), ticket: 8 }], true],
    ["one hangs, one is idle", [hanging(), idle()], false],
    ["one hangs, one is starting", [hanging(), starting()], true],
    ["all are starting", [starting(), starting()], false],
    ["one was given up, its successor is starting", [retired(), starting()], true],
    ["one was given up, another takes tasks", [retired(), idle()], false],
  ];
  for (const [name, threads, hangs] of rows) {
    const { watchdog, look } = watch(threads);
    look(2);
    assertEquals(watchdog.threadsHang, hangs, name);
    for (const thread of threads) thread.beat++; // they all get on
    assertEquals(watchdog.threadsHang, false, `${name}, and then they get on`);
  }
});

Deno.test("Watchdog.threadsHang ends when nobody looks any more", () => {
  const { watchdog, look } = watch([{ ...idle(), ticket: 7, phase: TASK_COUNTING }]);
  look(2);
  assertEquals([watchdog.threadsHang, watchdog.hangs(0), watchdog.hangs(-1)], [true, true, false]);
  watchdog.reset(0);
  assertEquals(watchdog.threadsHang, false);
});

Deno.test("Watchdog.hangs() takes no user code for a thread that hangs, but finds it silent in the end", () => {
  for (const phase of [TASK_CLAIMED, TASK_COUNTING]) {
    const thread = { ...idle(), ticket: 7, phase };
    const { watchdog, log, look } = watch([thread], 0, TaskKind.mapUser);
    look(3);
    assertEquals([watchdog.hangs(0), watchdog.threadsHang], Array(2).fill(phase !== TASK_CLAIMED));
    look(2);
    assertEquals(log, [phase === TASK_CLAIMED ? "silent 0 7" : "asked 7"]);
  }
});
