/**
 * Seconds that the threads of a process have had a core since it started, those that have ended too;
 * NaN where the system does not tell. In steps of 10 ms.
 */
export async function readCpuSeconds(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return NaN;
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]].map(Number);
  return (user + system) / TICKS;
}

/** Of the system's clock a second, for programs: the same on every Linux. */
const TICKS = 100;

/** The most resident memory that a process has had since it started, in bytes; NaN likewise. */
export async function readPeakResident(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return NaN;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) * 1024;
}
