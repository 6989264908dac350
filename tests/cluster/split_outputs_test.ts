import { assertEquals } from "@std/assert";
import { ClusterMeter } from "../../src/cluster/cluster_meter.ts";
import { SplitOutputs } from "../../src/cluster/split_outputs.ts";

const HOUR_MS = 60 * 60 * 1000;

Deno.test("SplitOutputs lets go of what nobody has asked for in six hours", async () => {
  const folder = await Deno.makeTempDir();
  const outputs = new SplitOutputs(folder, new ClusterMeter());
  const jobs = () => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  for (const job of ["a", "b"]) {
    await Deno.mkdir(`${folder}/${job}`);
    await Deno.writeTextFile(outputs.pathOf(job, "token"), "keys");
  }
  const now = Date.now();
  await Deno.utime(`${folder}/a`, new Date(now), new Date(now - HOUR_MS));
  await outputs.sweep(now);
  assertEquals(jobs(), ["a", "b"]);
  await outputs.sweep(now + 5.5 * HOUR_MS);
  assertEquals(jobs(), ["b"]);
  await outputs.sweep(now + 7 * HOUR_MS);
  assertEquals(jobs(), []);
  await outputs.close();
});
