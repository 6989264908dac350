// A fresh process that does the work of one row with some threads, once to warm up and once for
// the figures, which it prints. It fails if an answer is wrong.
// Usage: energy_case.ts ROW THREADS SCALE TEXT
import { EnergyMeter } from "./energy_meter.ts";
import { ENERGY_ROWS, type EnergyRowName } from "./energy_rows.ts";

/** What it printed. */
export interface EnergyCost {
  ms: number;
  /** Of all threads of the process. */
  cpuMs: number;
  /** Of the whole machine; null where nobody tells. */
  joules: number | null;
  residentBytes: number | null;
  virtualBytes: number | null;
}

/** Bytes of a line of /proc/self/status; Linux alone has it. */
async function readStatus(name: string): Promise<number | null> {
  if (Deno.build.os !== "linux") return null;
  const status = await Deno.readTextFile("/proc/self/status");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)![1]) * 1024;
}

if (import.meta.main) {
  const [name, threads, scale, file] = Deno.args;
  const text = await Deno.readFile(file);
  const work = await ENERGY_ROWS[name as EnergyRowName].open(Number(threads), Number(scale), text);
  const check = async (answer: Promise<() => string | undefined>) => {
    const wrong = (await answer)();
    if (wrong !== undefined) {
      throw new Error(`Cannot measure ${name}, ${threads} threads: ${wrong}`);
    }
  };
  await check(work.run());
  const meter = await EnergyMeter.open();
  const before = await meter?.read();
  const cpu = process.cpuUsage();
  const started = performance.now();
  const answer = await work.run();
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const after = await meter?.read();
  await check(Promise.resolve(answer));
  const cost: EnergyCost = {
    ms,
    cpuMs: (user + system) / 1000,
    joules: meter ? meter.joulesBetween(before!, after!) : null,
    residentBytes: await readStatus("VmRSS"),
    virtualBytes: await readStatus("VmSize"),
  };
  await work.close();
  console.log(JSON.stringify(cost));
  Deno.exit(0);
}
