import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { EngineDocument } from "../../../src/client/mod.ts";
import { formatTop, formatTopLines } from "../../../src/cli/remote/top_view.ts";
import { ClusterMeter } from "../../../src/cluster/cluster_meter.ts";
import { FakeEngine } from "../../support/http/fake_engine.ts";
import { submitHeld } from "../../support/http/events.ts";
import { Terminal } from "../../support/terminal.ts";
import { cellsOf, createCommands } from "./support.ts";

Deno.test("top tells once in a pipe what a server is doing", async () => {
  await using commands = await createCommands();
  const { path, letGo } = await submitHeld(commands.test);
  const id = path.split("/").at(-1)!;
  const { code, out, said } = await commands.run("top");
  assertEquals([code, said], [0, ""]);
  const lines = new Map(cellsOf(out).map(([name, ...cells]) => [name, cells]));
  assertEquals(lines.get("jobs"), ["0", "1", "0"]);
  assertEquals(lines.get("counted"), ["3000", "500"]);
  assertEquals(lines.get("memory"), ["65536", "4096", "0"]);
  assertEquals(lines.get("thread"), ["0", "idle", "7", "500"]);
  assertEquals(lines.get("job"), [id, "running", "5", "0"]);
  const document = await (await commands.test.app.request("/v1/engine")).json();
  assertEquals(JSON.parse((await commands.run("top", "--json")).out), document);
  for (const interval of ["0", "soon", "-1"]) {
    assertEquals((await commands.run("top", "--interval", interval)).code, 2);
  }
  letGo();
});

Deno.test("formatTop() shows what happened since the frame before", () => {
  const engine: EngineDocument = { ...new FakeEngine().status(), version: "1.2.3" };
  const before = { engine, jobs: [], url: "http://x", at: 0 };
  assertStringIncludes(formatTop(before), "50 %  idle       7");
  const later = structuredClone(engine);
  later.uptimeMs += 2000;
  later.threads[0].busyMs += 1500;
  later.counted.bytes += 4_000_000;
  const frame = formatTop({ ...before, engine: later, at: 2000 }, before);
  assertMatch(frame, /█{15}░{5} {2}75 %/);
  assertStringIncludes(frame, "4.0 MB, 500 tokens, 2.0 MB/s");
  const anew = structuredClone(engine);
  anew.uptimeMs = 1;
  assertStringIncludes(formatTop({ ...before, engine: anew, at: 2000 }, before), "50 %");
});

Deno.test("formatTop() and formatTopLines() show the nodes of a cluster", () => {
  const node = {
    roles: ["map", "reduce", "accept"],
    schemes: ["https:"],
    workers: 4,
    splits: 1,
    version: "1.2.3",
    build: "0123456789abcdef",
    seenMs: 1500,
  } as const;
  const engine: EngineDocument = {
    ...new FakeEngine().status(),
    version: "1.2.3",
    nodes: [{ ...node, url: "http://a:8000", state: "counting" }],
    cluster: {
      ...new ClusterMeter(),
      reached: false,
      queue: { waiting: 3, running: 2, delayed: 1, failed: 0, oldestWaitingMs: 12_000 },
    },
  };
  const shown = { engine, jobs: [], url: "http://x", at: 0 };
  const frame = formatTop(shown);
  assertMatch(frame, /http:\/\/a:8000 +counting +4 +1 +1\.2\.3 +01234567 +2 s ago/);
  assertStringIncludes(frame, "2 running, 3 waiting, for 12 s, 1 delayed; Redis is not reached");
  const lines = formatTopLines(shown);
  assertStringIncludes(lines, "splits\t3\t2\t1\t0\t12000\n");
  assertStringIncludes(
    lines,
    "node\thttp://a:8000\tcounting\t4\t1\t1.2.3\t0123456789abcdef\t1500\n",
  );
});

if (await Terminal.isThere()) {
  Deno.test("top is refreshed on a terminal until Ctrl-C", async () => {
    await using commands = await createCommands();
    const words = ["top", "--interval", "0.1"];
    await using terminal = new Terminal(words, { env: commands.env });
    await terminal.shows("THREAD  BUSY");
    await terminal.shows("no jobs");
    const { letGo } = await submitHeld(commands.test);
    await terminal.shows("running");
    await terminal.type();
    assertEquals(await terminal.ends(), 130);
    assertEquals(terminal.output.includes("\x1b[?25l"), false, "the cursor stays visible");
    letGo();
    await using once = new Terminal(["top", "--once"], { env: commands.env });
    assertEquals(await once.ends(), 0);
    assertStringIncludes(once.output, "1 running");
  });
}
