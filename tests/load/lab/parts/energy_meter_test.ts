import { assertEquals } from "@std/assert";
import { EnergyMeter } from "../../../../load/lab/parts/energy_meter.ts";
import { TemporaryFolder } from "../../../../load/support/temporary_folder.ts";

/** Writes the counter of a domain as Linux shows it. */
async function write(root: string, name: string, microjoules: number, range = 1000): Promise<void> {
  await Deno.mkdir(`${root}/${name}`, { recursive: true });
  await Deno.writeTextFile(`${root}/${name}/energy_uj`, `${microjoules}\n`);
  await Deno.writeTextFile(`${root}/${name}/max_energy_range_uj`, `${range}\n`);
}

Deno.test("EnergyMeter adds packages, not their parts, and sees a counter start anew", async () => {
  await using folder = await TemporaryFolder.make();
  await write(folder.path, "intel-rapl:0", 900);
  await write(folder.path, "intel-rapl:0:0", 1);
  await write(folder.path, "intel-rapl:1", 100);
  const meter = (await EnergyMeter.open(folder.path))!;
  const before = await meter.read();
  await write(folder.path, "intel-rapl:0", 50); // 100 to the end, and 50
  await write(folder.path, "intel-rapl:0:0", 999);
  await write(folder.path, "intel-rapl:1", 350);
  assertEquals(meter.joulesBetween(before, await meter.read()), (150 + 250) / 1e6);
});

Deno.test("EnergyMeter is not there where nothing can be read", async () => {
  await using folder = await TemporaryFolder.make();
  assertEquals(await EnergyMeter.open(`${folder.path}/none`), undefined);
  assertEquals(await EnergyMeter.open(folder.path), undefined);
  await Deno.mkdir(`${folder.path}/intel-rapl:0`);
  assertEquals(await EnergyMeter.open(folder.path), undefined);
});
