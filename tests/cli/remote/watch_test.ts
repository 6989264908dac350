import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { submitHeld } from "../../support/http/events.ts";
import { spawnMillrace } from "../../support/millrace.ts";
import { Terminal } from "../../support/terminal.ts";
import { soon, until } from "../../support/waits.ts";
import { cellsOf, type CommandsOfServer, createCommands } from "./support.ts";

/** A job that runs until it is let go. */
async function hold(commands: CommandsOfServer) {
  const { path, letGo } = await submitHeld(commands.test);
  return { id: path.split("/").at(-1)!, letGo, job: commands.test.engine.jobs.at(-1)! };
}

Deno.test("watch writes a line for each step in a pipe, until the job ends", async () => {
  await using commands = await createCommands();
  const { id, letGo, job } = await hold(commands);
  const terms = { env: commands.env, stdout: "piped" } as const;
  await using process = spawnMillrace(["watch", id.slice(0, 18)], terms);
  let text = "";
  const read = async () => {
    for await (const part of process.stdout.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.startsWith("running\t5\t0\n")) job.counters.bytes = 1005;
      if (text.includes("running\t1005\t0\n") && text.includes("top\tfake\t1\n")) letGo();
    }
  };
  await soon(read());
  assertEquals((await soon(process.status)).code, 0);
  const isTop = ([word]: string[]) => word === "top";
  const steps = cellsOf(text).filter((cells) => !isTop(cells));
  assertEquals(steps, [["running", "5", "0"], ["running", "1005", "0"], ["done", "1005", "0"]]);
  const tops = cellsOf(text).filter(isTop); // before the second step, if that comes late
  assertEquals(new Set(tops.map(String)), new Set(["top,fake,1"]));
  const again = await commands.run("watch", id, "--json");
  const { event, data } = JSON.parse(again.out);
  assertEquals([event, data.id, data.state], ["done", id, "done"]);
});

Deno.test("watch fails where the job does", async () => {
  await using commands = await createCommands();
  const { id, job } = await hold(commands);
  const running = commands.run("watch", id, "--top", "0");
  job.cancel();
  const { code, said } = await running;
  assertEquals(code, 1);
  assertStringIncludes(said, `Job ${id} has ended: Job ${id} was cancelled`);
  const unknown = await commands.run("watch", crypto.randomUUID());
  assertEquals(unknown.code, 4);
  const bad = await commands.run("watch", id, "--top", "all");
  assertEquals(bad.code, 2);
});

Deno.test("watch ends without a word when its reader goes", async () => {
  await using commands = await createCommands();
  const { id, letGo, job } = await hold(commands);
  const process = spawnMillrace(["watch", id], {
    env: commands.env,
    stdout: "piped",
    stderr: "piped",
  });
  const reader = process.stdout.getReader();
  await soon(reader.read());
  await reader.cancel();
  const moving = setInterval(() => job.counters.bytes++, 10);
  const { code } = await soon(process.status);
  clearInterval(moving);
  assertEquals([code, await new Response(process.stderr).text()], [0, ""]);
  letGo();
});

Deno.test("watch says that the connection is lost, and tries to open it again", async () => {
  const id = crypto.randomUUID();
  const event = "event: progress\nid: 1\ndata: " +
    '{"state":"running","bytes":1,"chunks":0,"tokens":0,"mbPerSecond":0}\n\n';
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    if (!url.endsWith("/events?top=10")) return Response.json({ id, state: "running" });
    const headers = { "connection": "close", "content-type": "text/event-stream" };
    return new Response(event, { headers });
  });
  const process = spawnMillrace(["watch", id], {
    env: { MILLRACE_SERVER: `http://127.0.0.1:${server.addr.port}` },
    stdout: "piped",
    stderr: "piped",
  });
  const reader = process.stdout.getReader();
  assertEquals(new TextDecoder().decode((await soon(reader.read())).value), "running\t1\t0\n");
  await server.shutdown();
  let said = "";
  for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (said.split("it is opened again").length > 2) break; // it tries and tries
  }
  process.kill("SIGKILL");
  assertStringIncludes(said, "The connection is lost; it is opened again\n");
  await process.status;
  await reader.cancel();
});

if (await Terminal.isThere()) {
  Deno.test("watch draws one frame anew on a terminal, also a narrow one", async () => {
    await using commands = await createCommands();
    const { id, letGo, job } = await hold(commands);
    await using terminal = new Terminal(["watch", id], { env: commands.env, columns: 30 });
    await terminal.shows("running: 5 B, 0 tokens");
    job.counters.bytes += 2_000_000;
    await terminal.shows("running: 2.0 MB");
    await terminal.shows("SO FAR, ABOUT");
    letGo();
    assertEquals(await terminal.ends(), 0);
    assertMatch(terminal.output, /fake +1/);
    assertStringIncludes(terminal.output, "done: 2.0 MB");
    assertEquals(terminal.output.includes("\x1b[?25l"), false, "the cursor stays visible");
  });

  Deno.test("Ctrl-C ends watch and leaves the job alone", async () => {
    await using commands = await createCommands();
    const { id, letGo, job } = await hold(commands);
    await using terminal = new Terminal(["watch", id], { env: commands.env });
    await terminal.shows("running: 5 B");
    await terminal.type();
    assertEquals(await terminal.ends(), 130);
    assertStringIncludes(terminal.output, "The job goes on; 'millrace jobs cancel' ends it");
    assertEquals(job.state, "running");
    letGo();
    await until(() => job.state as string === "done");
  });
}
