import { ServerProcess } from "../../tests/support/http/server.ts";
import { hexDigitsOfPi } from "../../tests/support/oracle/pi_digits.ts";
import { checkSample, createSample, cutSamples, type TextSample } from "../bench/parts/samples.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readEnglish, repeatText } from "../support/corpora.ts";
import { amount, whole } from "../support/options.ts";
import { readCpuSeconds } from "../support/process_cost.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median, pairedRatio } from "../support/statistics.ts";
import { type NestedCase, type NestedOutcome, runNested } from "./parts/nested_tasks.ts";

const WORDS = "tokenizer=whitespace&case=preserve&top=10";
const DIGIT_JOBS = 16;

/** What one turn of a load took, in seconds. */
interface Cost {
  wall: number;
  cpu: number;
}

/** Work for a server; it throws if an answer is wrong. */
type Load = (origin: string) => Promise<void>;

/** Tasks that block on tasks, and what must come of them. */
const NESTED: readonly (NestedCase & { outcome: NestedOutcome })[] = [
  { threads: 2, tasks: 1, lock: "none", outcome: "ended" },
  { threads: 1, tasks: 1, lock: "none", outcome: "deadlock" },
  { threads: 2, tasks: 2, lock: "none", outcome: "deadlock" },
  { threads: 2, tasks: 1, lock: "held", outcome: "deadlock" },
  { threads: 2, tasks: 1, lock: "yielded", outcome: "ended" },
];

export default defineBenchmark({
  name: "lock",
  about: "One big lock: the same loads with and without --serialize, and where locks end",
  details: `Two servers with as many workers, one of them with --serialize, take turns: a few short
jobs at once, large texts at once, and digits of pi by a kernel at once. Every count and
every digit is checked. The processor time is the server's.
Then threads run tasks that block on other tasks, with and without a lock: a deadlock is
seen by what every thread waits for, not by a time limit.`,
  options: {
    workers: whole(4, "threads of each server"),
    requests: whole(10, "short jobs at once, of 500 to 1,000 words"),
    mb: amount(40, "MB of each of four large texts"),
    digits: whole(8000, "hexadecimal digits of pi"),
    rounds: whole(5, "rounds"),
  },
  quick: { mb: "3", digits: "2000", rounds: "1" },
  async run({ workers, requests, mb, digits, rounds }, report) {
    const { bytes } = await readEnglish();
    const english = new TextEncoder().encode(
      new TextDecoder().decode(bytes).replaceAll("\ufeff", ""),
    );
    const large = createSample(new TextDecoder().decode(repeatText(english, mb * 1e6)));
    const loads: Record<string, Load> = {
      [`${requests} jobs of 500 to 1,000 words`]: countJobs(cutSamples(english, requests)),
      [`4 texts of ${mb} MB`]: countLarge(Array(4).fill(large)),
      [`${digits} digits of pi in ${DIGIT_JOBS} jobs`]: computeDigits(digits),
    };
    const args = ["--workers", String(workers)];
    await using free = await ServerProcess.start({ args });
    await using serial = await ServerProcess.start({ args: [...args, "--serialize"] });
    report.print(`${workers} workers, ${rounds} rounds, all counts as expected`);
    const rows: string[][] = [];
    for (const [name, load] of Object.entries(loads)) {
      report.progress(name);
      const costs = await takeRounds(
        {
          free: () => measure(free, load),
          serial: () => measure(serial, load),
        },
        rounds,
        1,
      );
      rows.push(tellLoad(name, costs.get("free")!, costs.get("serial")!, report));
    }
    report.table(
      ["at once", "threads ms", "one lock ms", "speed-up", "threads CPU s", "one lock CPU s"],
      rows,
    );
    await tellNested(report);
  },
});

async function measure({ origin, pid }: ServerProcess, load: Load): Promise<Cost> {
  const cpu = await readCpuSeconds(pid);
  const started = performance.now();
  await load(origin);
  const wall = (performance.now() - started) / 1000;
  return { wall, cpu: await readCpuSeconds(pid) - cpu };
}

function tellLoad(
  name: string,
  free: readonly Cost[],
  serial: readonly Cost[],
  report: Report,
): string[] {
  const walls = (costs: readonly Cost[]) => costs.map(({ wall }) => wall);
  const speedUp = pairedRatio(walls(serial), walls(free));
  for (const [lock, costs] of [[false, free], [true, serial]] as const) {
    report.row({
      load: name,
      lock,
      ms: costs.map(({ wall }) => wall * 1000),
      cpuSeconds: costs.map(({ cpu }) => cpu),
      speedUp: lock ? 1 : speedUp,
    });
  }
  report.figure(`speed-up, ${name}`, "×", speedUp, "higher");
  report.figure(`threads, ${name}`, "ms", median(walls(free)) * 1000, "lower");
  return [
    name,
    ...[free, serial].map((costs) => (median(walls(costs)) * 1000).toFixed(1)),
    `${speedUp.toFixed(2)} ×`,
    ...[free, serial].map((costs) => median(costs.map(({ cpu }) => cpu)).toFixed(2)),
  ];
}

// ---- loads -----------------------------------------------------------------------------------------

/** @throws {Error} If a request fails, with the problem. */
async function request(url: string, body?: BodyInit): Promise<Response> {
  const response = await fetch(url, body === undefined ? {} : { method: "POST", body });
  if (response.ok) return response;
  throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
}

/** Submits all, and then waits for each. */
function countJobs(samples: readonly TextSample[]): Load {
  return async (origin) => {
    await Promise.all(samples.map(async (sample) => {
      const { links } = await (await request(`${origin}/v1/jobs?${WORDS}`, sample.text)).json();
      const result = await (await request(`${origin}${links.result}?wait=60`)).json();
      checkSample(result.totals, sample);
    }));
  };
}

function countLarge(samples: readonly TextSample[]): Load {
  return async (origin) => {
    await Promise.all(samples.map(async (sample) => {
      const response = await request(`${origin}/v1/count?${WORDS}`, sample.text);
      checkSample((await response.json()).totals, sample);
    }));
  };
}

/** By the kernel `pi-digits`, each job a part of them. */
function computeDigits(digits: number): Load {
  const expected = hexDigitsOfPi(digits);
  const part = Math.ceil(digits / DIGIT_JOBS);
  const starts = Array.from({ length: Math.ceil(digits / part) }, (_, i) => i * part);
  return async (origin) => {
    const url = `${origin}/v1/count?kernel=pi-digits&top=0&order=key&format=tsv`;
    const parts = await Promise.all(starts.map(async (start) => {
      const body = `${start} ${Math.min(part, digits - start)}\n`;
      const rows = await (await request(url, body)).text();
      return [...rows.matchAll(/^\d+ (.)\t1$/gm)].map(([, digit]) => digit).join("");
    }));
    if (parts.join("") !== expected) throw new Error(`The ${digits} digits of pi are wrong`);
  };
}

// ---- tasks that block on tasks ------------------------------------------------------------------------

async function tellNested(report: Report): Promise<void> {
  report.print();
  report.print("tasks that block on a task of their own:");
  const rows: string[][] = [];
  for (const { outcome, ...each } of NESTED) {
    const found = await runNested(each);
    if (found !== outcome) {
      throw new Error(`Nested tasks: ${found}, not ${outcome}: ${JSON.stringify(each)}`);
    }
    report.row({ ...each, outcome: found });
    rows.push([found, String(each.threads), String(each.tasks), each.lock]);
  }
  report.table(["outcome", "threads", "tasks that block", "lock while blocked"], rows);
}
