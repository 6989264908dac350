import { Random } from "../../tests/support/random.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { runCommand } from "../support/commands.ts";
import { readEnglish } from "../support/corpora.ts";
import { amount, whole } from "../support/options.ts";
import { takeRounds } from "../support/rounds.ts";
import { timeLoad } from "./parts/crew.ts";
import { type MechanismTurn, tellMechanisms } from "./parts/mechanism_tables.ts";
import { type MechanismName, MECHANISMS, ONE_LOOP } from "./parts/mechanisms.ts";
import { createWorkloads, type Workload } from "./parts/workloads.ts";

const DIGITS = [200, 2000];
const SEED = 42;
/** A work is done for this long before its time counts: compilers take several turns. */
const WARM_MS = 60;

export default defineBenchmark({
  name: "mechanisms",
  about: "The same work by one event loop, Workers, shared memory and subprocesses, in ms",
  details: `Every mechanism gets the same pieces of the same works, does them by the same functions,
and hands bytes in and out: one event loop; Web Workers by structured clone, and by
transferred buffers; Workers over shared memory, by the engine's queue, rings and
doorbell; subprocesses by pipes. Works: tasks that do nothing; π by a spigot of big
integers, once a piece (2,000 digits in a third of the pieces); |x − 50|; the sum of
1 to N in 32 bits, as own sums, by atomic adds to one shared counter, and under a lock,
where there is something to share; the words of a text. Workers have two pieces at once,
and who is done gets the next. Inputs are where the mechanism wants them before the time
runs. Start-up and memory are those of fresh processes. Mechanisms take turns, round by
round, with new workers. Every answer is checked before a time is told.`,
  options: {
    workers: whole(4, "most workers"),
    pieces: whole(24, "pieces of each work"),
    numbers: whole(100_000, "integers of |x − 50|"),
    sum: whole(1_000_000, "N of the sum"),
    tasks: whole(2000, "tasks that do nothing"),
    mb: amount(1, "MB of the text"),
    rounds: whole(5, "rounds"),
  },
  quick: { rounds: "1", tasks: "500", sum: "200000", pieces: "3", workers: "2" },
  async run({ workers, rounds, mb, ...sizes }, report) {
    const { name, bytes } = await readEnglish();
    const text = bytes.slice(0, bytes.lastIndexOf(0x20, mb * 1e6) + 1);
    const loads = createWorkloads({ ...sizes, digits: DIGITS }, text, new Random(SEED));
    const contestants: Record<string, () => Promise<MechanismTurn>> = {};
    for (const mechanism of Object.keys(MECHANISMS) as MechanismName[]) {
      for (let count = 1; count <= (mechanism === ONE_LOOP ? 1 : workers); count++) {
        contestants[`${mechanism}/${count}`] = () => {
          report.progress(`${mechanism}, ${count}`);
          return takeTurn(mechanism, count, loads);
        };
      }
    }
    const turns = await takeRounds(contestants, rounds);
    report.print(
      `${sizes.pieces} pieces of each work, ${name}, ${(text.length / 1e6).toFixed(1)} MB; ` +
        `medians of ${rounds} rounds. All answers are right.`,
    );
    tellMechanisms(turns, loads, sizes.tasks, report);
  },
});

/** @throws {Error} If an answer is wrong. */
async function takeTurn(
  mechanism: MechanismName,
  workers: number,
  loads: readonly Workload[],
): Promise<MechanismTurn> {
  const probe = new URL("./parts/startup_probe.ts", import.meta.url).pathname;
  const told = await runCommand(Deno.execPath(), ["run", "-A", probe, mechanism, String(workers)]);
  const { ms: startMs, bytes: workerBytes } = JSON.parse(told);
  const crew = await MECHANISMS[mechanism](workers);
  try {
    const ms = new Map<string, number>();
    for (const load of loads) {
      if (load.shares && !crew.takeShared) continue;
      for (let warm = 0; warm < WARM_MS;) warm += await timeLoad(crew, load, mechanism);
      ms.set(load.name, await timeLoad(crew, load, mechanism));
    }
    return { startMs, workerBytes, ms };
  } finally {
    await crew.close();
  }
}
