import { assert, assertEquals } from "@std/assert";

// Each module costs a start its time, those of packages and of Node the most.

const START = new URL("../../src/cli/millrace.ts", import.meta.url);
const SERVER = new URL("../../src/main.ts", import.meta.url);
const SRC = new URL("../../src/", import.meta.url).href;

/** A module as `deno info` tells of it. */
interface Module {
  specifier: string;
  dependencies?: { isDynamic?: boolean; code?: { specifier?: string } }[];
}

/** What is loaded before the program runs. */
async function readStart(program: URL): Promise<string[]> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", program.href],
  }).output();
  assert(success);
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
  const known = new Map(modules.map((each) => [each.specifier, each]));
  const found = new Set([program.href]);
  for (const specifier of found) {
    for (const { isDynamic, code } of known.get(specifier)?.dependencies ?? []) {
      if (!isDynamic && code?.specifier !== undefined) found.add(code.specifier);
    }
  }
  return [...found];
}

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
