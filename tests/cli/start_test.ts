import { assert, assertEquals } from "@std/assert";
import { readStart } from "../support/read_start.ts";

// Each module costs a start its time, those of packages and of Node the most.

const START = new URL("../../src/cli/millrace.ts", import.meta.url);
const SERVER = new URL("../../src/main.ts", import.meta.url);
const SRC = new URL("../../src/", import.meta.url).href;

Deno.test("a count begins without packages, modules of Node, an engine, or the parser of all", async () => {
  const start = await readStart(START);
  assert(start.includes(`${SRC}cli/count/run_count.ts`));
  assertEquals(start.filter((each) => !each.startsWith("file:")), []);
  const late = ["cli/program.ts", "cli/count/local_counter.ts", "engine/engine.ts", "mod.ts"];
  assertEquals(late.filter((each) => start.includes(SRC + each)), []);
});

Deno.test("a server begins without the gate, the stores, a cluster, and formats of packages", async () => {
  const start = await readStart(SERVER);
  assert(start.includes(`${SRC}engine/engine.ts`));
  const late = [
    ...["kernels/gate/admit_module.ts", "store/open_store.ts", "cluster/open_cluster.ts"],
    ...["output/arrow.ts", "observe/traces.ts", "openapi/document.ts"],
  ];
  assertEquals(late.filter((each) => start.includes(SRC + each)), []);
  for (const each of late) await Deno.stat(new URL(each, SRC)); // it is there to be left out
});
