/** A counter of the energy that a processor has used, as Linux tells it (RAPL). */
interface Domain {
  path: string;
  /** The counter starts anew from 0 after this many microjoules. */
  range: number;
}

const POWERCAP = "/sys/class/powercap";
/** Whole packages: what is below them, such as `intel-rapl:0:0`, is a part of them. */
const PACKAGE = /^intel-rapl:\d+$/;

/** The energy of all processors, where the system lets this process read it. */
export class EnergyMeter {
  readonly #domains: readonly Domain[];

  private constructor(domains: readonly Domain[]) {
    this.#domains = domains;
  }

  /** @returns A meter; undefined where there is nothing to read, as on most virtual machines. */
  static async open(root = POWERCAP): Promise<EnergyMeter | undefined> {
    const domains: Domain[] = [];
    try {
      for await (const { name } of Deno.readDir(root)) {
        if (!PACKAGE.test(name)) continue;
        const path = `${root}/${name}/energy_uj`;
        await readNumber(path);
        domains.push({ path, range: await readNumber(`${root}/${name}/max_energy_range_uj`) });
      }
    } catch {
      return undefined; // not there, or for the administrator alone
    }
    return domains.length > 0 ? new EnergyMeter(domains) : undefined;
  }

  /** Counters of all packages, in microjoules. */
  read(): Promise<number[]> {
    return Promise.all(this.#domains.map(({ path }) => readNumber(path)));
  }

  /** Joules from one reading to another, if each counter has started anew at most once. */
  joulesBetween(before: readonly number[], after: readonly number[]): number {
    const used = this.#domains.map(({ range }, i) => {
      const difference = after[i] - before[i];
      return difference >= 0 ? difference : difference + range;
    });
    return used.reduce((sum, each) => sum + each, 0) / 1e6;
  }
}

async function readNumber(path: string): Promise<number> {
  const value = Number((await Deno.readTextFile(path)).trim());
  if (!Number.isFinite(value)) throw new Error(`Cannot read ${path}: it has no number`);
  return value;
}
