import { assert, assertEquals } from "@std/assert";
import type { EnergyCost } from "../../../../load/lab/parts/energy_case.ts";
import { ENERGY_ROWS } from "../../../../load/lab/parts/energy_rows.ts";
import { tellEnergy } from "../../../../load/lab/parts/energy_table.ts";
import { Report } from "../../../../load/support/report.ts";

const TEXT = new TextEncoder().encode("the river\nla rivière the\triver 河\n".repeat(200));

for (const [name, row] of Object.entries(ENERGY_ROWS)) {
  Deno.test(`${name} is right with two threads`, async () => {
    const work = await row.open(2, 0.001, TEXT);
    try {
      assertEquals((await work.run())(), undefined);
    } finally {
      await work.close();
    }
  });
}

const COST: EnergyCost = {
  ms: 200,
  cpuMs: 190,
  joules: null,
  residentBytes: 80e6,
  virtualBytes: 20e9,
};

/** The report of a row with one and with two threads. */
function tell(one: EnergyCost, two: EnergyCost): { text: string; report: Report } {
  const lines: string[] = [];
  const report = new Report((line) => lines.push(line));
  tellEnergy(new Map([["|x − 50|/1", [one]], ["|x − 50|/2", [two]]]), undefined, report);
  return { text: lines.join("\n"), report };
}

Deno.test("tellEnergy() calls CPU seconds by their name where nobody tells joules", () => {
  const { text, report } = tell(COST, { ...COST, ms: 100, cpuMs: 380 });
  assert(text.includes("does not tell joules"), text);
  assert(text.includes("| CPU s |") && !text.includes("| J "), text);
  const { timeRatio, energyRatio, joules, energyRatioOf } = report.rows[1];
  assertEquals({ timeRatio, energyRatio, joules, energyRatioOf }, {
    timeRatio: 0.5,
    energyRatio: 2,
    joules: null,
    energyRatioOf: "CPU seconds",
  });
});

Deno.test("tellEnergy() tells joules where it has them", () => {
  const { text, report } = tell({ ...COST, joules: 8 }, { ...COST, ms: 100, joules: 6 });
  assert(!text.includes("CPU s"), text);
  const { energyRatio, joules, energyRatioOf } = report.rows[1];
  assertEquals({ energyRatio, joules, energyRatioOf }, {
    energyRatio: 0.75,
    joules: 6,
    energyRatioOf: "joules",
  });
});
