import { assert, assertEquals } from "@std/assert";

interface Graph {
  roots: string[];
  modules: {
    specifier: string;
    dependencies?: { code?: { specifier?: string }; isDynamic?: boolean }[];
  }[];
}

/** The modules that a server loads when it starts. */
async function readStart(): Promise<Set<string>> {
  const main = new URL("../../src/main.ts", import.meta.url).href;
  const args = ["info", "--json", "--no-lock", main];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const { modules }: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const start = new Set([main]);
  for (const name of start) { // which grows meanwhile
    for (const { code, isDynamic } of byName.get(name)?.dependencies ?? []) {
      if (code?.specifier && !isDynamic) start.add(code.specifier);
    }
  }
  return start;
}

Deno.test("a server that is no node of a cluster loads nothing of one", async () => {
  const start = await readStart();
  assert(start.has(new URL("../../src/server.ts", import.meta.url).href));
  const ofCluster = /\/src\/cluster\/|bull-?board|bullmq|ioredis/;
  assertEquals([...start].filter((name) => ofCluster.test(name)), []);
});
