import { assertEquals } from "@std/assert";
import { Millrace } from "../../src/client/mod.ts";
import { openLocal } from "../../src/local.ts";
import { startServer } from "../../src/server.ts";
import { Engine } from "../../src/mod.ts";
import { INLINE_WAYS } from "../support/inline_ways.ts";
import { leftOut } from "../support/left_out.ts";
import { until } from "../support/waits.ts";
import { RULES } from "./conformance.ts";
import { stripTypes } from "./strip_types.ts";

/** Other runtimes, and the oldest of each that has all that the client uses. */
const RUNTIMES = [
  { runtime: "Node", program: "node", least: 20 },
  { runtime: "Bun", program: "bun", least: 1 },
];

const ENGINE = { workers: 2, jobTimeoutMs: 60_000 };
const OPTIONS = { ...ENGINE, drainTimeoutMs: 0 };

for (const { way, inline } of INLINE_WAYS) {
  Deno.test(`a counter in the process follows every rule, ${way}`, async (test) => {
    await using engine = await Engine.start({ ...ENGINE, inline });
    await using counter = await openLocal({ engine });
    for (const { name, check } of RULES) await test.step(name, () => check(counter));
  });

  Deno.test(`a counter over the network follows every rule, and its server goes on, ${way}`, async (test) => {
    await using server = await startServer({ ...OPTIONS, inline, port: 0 });
    for (const { name, check } of RULES) {
      await test.step(name, async () => {
        await using counter = new Millrace({ baseUrl: server.origin });
        await check(counter);
      });
    }
    assertEquals(server.engine.status().inline.jobs > 0, inline);
    await until(() => { // what was abandoned is ended
      const { pending, running, leaving } = server.engine.status().jobs;
      return pending + running + leaving === 0;
    });
  });
}

for (const { runtime, program, least } of RUNTIMES) {
  Deno.test(`a counter in ${runtime} follows every rule`, async () => {
    const version = await versionOf(program);
    if (version === undefined || version < least) {
      const reason = `there is no ${runtime} ${least} or newer on the PATH`;
      return leftOut(`the client in ${runtime}`, reason);
    }
    const folder = await Deno.makeTempDir({ prefix: "millrace-client-" });
    try {
      const main = await stripTypes(
        "tests/client/conformance_main.ts",
        new URL(`file://${folder}/`),
      );
      await using server = await startServer({ ...OPTIONS, port: 0 });
      const args = [main.pathname, server.origin];
      const { stdout, stderr } = await new Deno.Command(program, { args }).output();
      const [told, failed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertEquals(told.trimEnd().split("\n"), RULES.map(({ name }) => name), failed);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** The major version of a program on the PATH, if there is one. */
async function versionOf(program: string): Promise<number | undefined> {
  try {
    const { stdout } = await new Deno.Command(program, { args: ["--version"] }).output();
    return Number(/^v?(\d+)\./.exec(new TextDecoder().decode(stdout))?.[1]);
  } catch {
    return undefined;
  }
}
