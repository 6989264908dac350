import { assert, assertEquals } from "@std/assert";
import { ServerProcess } from "../support/http/server.ts";
import { eventually, until } from "../support/waits.ts";

// Kernels of users through a whole server, with the rights of the task `serve`.

const MAPPER = `import { emit } from "millrace";

export function map(line: string): void {
  emit(line.split(" ")[8]);
}
`;

const LOG = [
  '203.0.113.7 - - [27/Nov/2026:10:00:01 +0000] "GET /docs HTTP/1.1" 200 512',
  '203.0.113.7 - - [27/Nov/2026:10:00:02 +0000] "GET /v1/jobs HTTP/1.1" 404 512',
  '203.0.113.7 - - [27/Nov/2026:10:00:03 +0000] "GET /docs HTTP/1.1" 200 512',
  "",
].join("\n");

async function push(server: ServerProcess, source: string): Promise<Response> {
  return await fetch(`${server.origin}/v1/kernels`, {
    method: "POST",
    body: source,
    headers: { "content-type": "text/typescript" },
  });
}

async function count(server: ServerProcess, query: string): Promise<Response> {
  return await fetch(`${server.origin}/v1/count?${query}`, { method: "POST", body: LOG });
}

Deno.test("a server compiles a mapper, counts by it, tries it and forgets it", async () => {
  await using server = await ServerProcess.start();
  const pushed = await push(server, MAPPER);
  const kernel = await pushed.json();
  assertEquals([pushed.status, kernel.records, kernel.options], [201, "line", []]);
  const counted = await count(server, `kernel=${kernel.id.slice(0, 8)}&format=tsv`);
  assertEquals(await counted.text(), "200\t2\n404\t1\n");
  const tried = await fetch(`${server.origin}/v1/kernels/${kernel.id}/try`, {
    method: "POST",
    body: LOG.split("\n")[1],
  });
  assertEquals((await tried.json()).emitted, [{ key: "404", value: 1 }]);
  const gone = await fetch(`${server.origin}/v1/kernels/${kernel.id}`, { method: "DELETE" });
  assertEquals(gone.status, 204);
  const unknown = await count(server, `kernel=${kernel.id}`);
  assertEquals((await unknown.json()).type, "urn:millrace:problem:unknown-kernel");
});

Deno.test("a server says which line of a mapper does not compile, and counts on", async () => {
  await using server = await ServerProcess.start();
  const refused = await push(server, MAPPER.replace("split", "spit"));
  const { type, diagnostics } = await refused.json();
  assertEquals([refused.status, type], [422, "urn:millrace:problem:kernel-not-compiled"]);
  const [{ line, column, message, source }] = diagnostics;
  assertEquals([line, column, source], [4, 13, '  emit(line.spit(" ")[8]);']);
  assert(message.includes("'spit' does not exist"), message);
  const library = await count(server, "kernel=log-status&format=tsv");
  assertEquals(await library.text(), "200\t2\n404\t1\n");
});

Deno.test("a server names the record at which a mapper traps", async () => {
  await using server = await ServerProcess.start();
  const pushed = await push(server, MAPPER.replace("[8]", "[30]"));
  const { id } = await pushed.json();
  const failed = await count(server, `kernel=${id}`);
  const problem = await failed.json();
  assertEquals([failed.status, problem.type], [422, "urn:millrace:problem:kernel-trapped"]);
  assertEquals(problem.offset, 0);
  assertEquals((await count(server, "format=tsv&tokenizer=lines&top=1")).status, 200);
});

Deno.test("a count by user code ends when its client goes away", async () => {
  await using server = await ServerProcess.start();
  const source = MAPPER.replace('emit(line.split(" ")[8]);', "while (true) {}");
  const { id } = await (await push(server, source)).json();
  const running = async () => {
    const engine = await (await fetch(`${server.origin}/v1/engine`)).json();
    return [engine.jobs.running, engine.ended.cancelled];
  };
  for (const accept of ["application/json", "text/event-stream"]) {
    const client = new AbortController();
    const gone = fetch(`${server.origin}/v1/count?kernel=${id}`, {
      method: "POST",
      body: LOG,
      headers: { accept },
      signal: client.signal,
    }).then((response) => response.text()).catch(() => {});
    await until(async () => (await running())[0] === 1);
    client.abort();
    await gone;
    await until(async () => (await running())[0] === 0);
  }
  await eventually(async () => assertEquals(await running(), [0, 2])); // they leave a moment later
  assert(!server.output.includes("request.signal"), server.output);
});

Deno.test("a mapper that emits outside of map fails: its keys would depend on the threads", async () => {
  await using server = await ServerProcess.start();
  for (const outside of ['emit("once");', 'emit("once".repeat(9000));']) {
    const { id } = await (await push(server, `${MAPPER}\n${outside}\n`)).json();
    const problem = await (await count(server, `kernel=${id}`)).json();
    assertEquals(problem.type, "urn:millrace:problem:kernel-trapped");
    assert(/outside of m/.test(problem.reason), problem.reason);
  }
});
