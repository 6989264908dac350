import { fileURLToPath } from "node:url";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { VERSION } from "../../src/version.ts";
import { freePort } from "../support/free_port.ts";
import { RawConnection } from "../support/http/raw_http.ts";
import { ServerProcess } from "../support/http/server.ts";
import { eventually, until } from "../support/waits.ts";
import { leftOut } from "../support/left_out.ts";

const HALF = "Content-Length: 11\r\n\r\nto be";
const REST = " or be";
const COUNTS = "be\t2\nor\t1\nto\t1\n";

function beginUpload(client: RawConnection, path = "/v1/count?format=tsv"): Promise<void> {
  return client.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${HALF}`);
}

async function count(server: ServerProcess, text: BodyInit, query = "format=tsv"): Promise<string> {
  const response = await fetch(`${server.origin}/v1/count?${query}`, {
    method: "POST",
    body: text,
  });
  const answer = await response.text();
  assertEquals(response.status, 200, answer);
  return answer;
}

Deno.test("a server counts over a real socket, by POST and by PUT in chunks", async () => {
  await using server = await ServerProcess.start();
  assertEquals(await count(server, "to be or be"), COUNTS);
  using client = await RawConnection.open(server.port);
  await client.write("PUT /v1/count?format=tsv HTTP/1.1\r\nHost: x\r\n");
  await client.write("Transfer-Encoding: chunked\r\n\r\n5\r\nto be\r\n6\r\n or be\r\n0\r\n\r\n");
  assertStringIncludes(await client.read(/to\t1\n/), COUNTS);
});

Deno.test("a server says to HEAD what it says to GET, and no length that is not so", async () => {
  await using server = await ServerProcess.start();
  for (const path of ["/", "/livez", "/docs", "/v1/jobs", "/v1/jobs/nobody", "/v1/count"]) {
    const [get, head] = await Promise.all(["GET", "HEAD"].map(async (method) => {
      const response = await fetch(server.origin + path, { method });
      return { response, text: await response.text() };
    }));
    const length = head.response.headers.get("content-length");
    assertEquals([head.text, head.response.status], ["", get.response.status], path);
    assert(length === null || Number(length) === get.text.length, `${path}: ${length}`);
    const types = [head, get].map(({ response }) => response.headers.get("content-type"));
    assertEquals(types[0], types[1], path);
  }
});

Deno.test("a server prints a line to try that works", async () => {
  await using server = await ServerProcess.start();
  const line = /^ +(echo .+)$/m.exec(server.output)![1];
  const { code, stdout } = await new Deno.Command("sh", { args: ["-c", line] }).output();
  assertEquals(code, 0, `${line} ended with ${code}`);
  const answer = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(answer.counts.slice(0, 2), [{ key: "be", count: 2 }, { key: "to", count: 2 }]);
});

Deno.test("a server answers two uploads that come in turns", async () => {
  await using server = await ServerProcess.start();
  using first = await RawConnection.open(server.port);
  using second = await RawConnection.open(server.port);
  await beginUpload(first);
  await beginUpload(second);
  assertEquals(await count(server, "a"), "a\t1\n");
  await second.write(REST);
  assertStringIncludes(await second.read(/to\t1\n/), COUNTS);
  await first.write(REST);
  assertStringIncludes(await first.read(/to\t1\n/), COUNTS);
});

Deno.test("a server takes a long upload in chunks of any size, without a length", async () => {
  await using server = await ServerProcess.start();
  for (const chunkBytes of [100, 5_000, 65_535, 1_000_000]) {
    const chunk = new TextEncoder().encode("word ".repeat(chunkBytes / 5));
    let left = Math.floor(Math.min(16e6, chunkBytes * 10_000) / chunkBytes);
    const tokens = left * chunkBytes / 5;
    const body = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
    assertEquals(await count(server, body), `word\t${tokens}\n`);
  }
});

Deno.test("a server survives clients that go away, and answers the next", async () => {
  await using server = await ServerProcess.start();
  for (let i = 0; i < 20; i++) {
    using client = await RawConnection.open(server.port);
    await beginUpload(client, i % 2 === 0 ? "/v1/count" : "/v1/jobs");
  }
  assertEquals(await count(server, "to be or be"), COUNTS);
  assert(!server.output.includes("failed"), server.output);
});

Deno.test("a body that stalls gets 408", async () => {
  await using server = await ServerProcess.start({ args: ["--read-timeout", "150ms"] });
  using client = await RawConnection.open(server.port);
  await beginUpload(client);
  const answer = await client.read(/"status":408.*\n/s);
  assertMatch(answer, /^HTTP\/1\.1 408 /);
  assertStringIncludes(answer, "urn:millrace:problem:read-timeout");
  await eventually(async () => { // it may find this client too slow as well
    assertEquals(await count(server, "to be or be"), COUNTS);
  });
});

Deno.test("a body above MILLRACE_MAX_BODY gets 413, declared or not", async () => {
  await using server = await ServerProcess.start({ env: { MILLRACE_MAX_BODY: "64KiB" } });
  const url = `${server.origin}/v1/count`;
  const large = "a ".repeat(1 << 16);
  const stream = () => new Response(large).body!;
  for (const body of [large, stream()]) {
    const response = await fetch(url, { method: "POST", body });
    const problem = await response.json();
    assertEquals([response.status, problem.limit], [413, 65536]);
  }
  assertEquals(await count(server, "to be or be"), COUNTS);
});

Deno.test("the first signal lets uploads finish, accepts no more and ends with 0", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const args = ["--drain-timeout", "1h"];
    await using server = await ServerProcess.start({ port: freePort(), args });
    using client = await RawConnection.open(server.port);
    await beginUpload(client);
    await count(server, "a"); // the upload before it has been accepted
    server.kill(signal);
    await turnedAway(server);
    await client.write(REST);
    assertStringIncludes(await client.read(/to\t1\n/), COUNTS);
    assertEquals(await server.ended(), 0, server.output);
    Deno.listen({ hostname: "127.0.0.1", port: server.port }).close(); // the port is free
  }
});

Deno.test("a signal lets a job that has its 202 finish", async () => {
  await using server = await ServerProcess.start();
  const body = "word ".repeat(2_000_000);
  const accepted = await fetch(`${server.origin}/v1/jobs`, { method: "POST", body });
  assertEquals(accepted.status, 202);
  await accepted.body!.cancel();
  server.kill("SIGTERM");
  assertEquals(await server.ended(), 0, server.output);
});

Deno.test("an upload that outlasts the drain is ended, and the server with 0", async () => {
  await using server = await ServerProcess.start({ args: ["--drain-timeout", "200ms"] });
  using client = await RawConnection.open(server.port);
  await client.write("POST /v1/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  await client.write("5\r\nto be\r\n");
  await count(server, "a");
  server.kill("SIGTERM");
  assertEquals(await server.ended(), 0, server.output);
  assertStringIncludes(await client.read(), "urn:millrace:problem:engine-closed");
});

Deno.test("the second signal ends at once", async () => {
  await using server = await ServerProcess.start({ args: ["--drain-timeout", "1h"] });
  using client = await RawConnection.open(server.port);
  await beginUpload(client);
  await count(server, "a");
  server.kill("SIGTERM");
  await turnedAway(server);
  server.kill("SIGINT");
  assertEquals(await server.ended(), 130);
});

Deno.test("a server that cannot start says why and ends", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const rows: [string[], number, RegExp][] = [
    [["--port", `${port}`], 1, /Cannot listen on 127\.0\.0\.1:\d+: the port is in use/],
    [["--ports", "1"], 2, /no option --ports; the nearest is --port/],
    [["--workers", "none"], 2, /Cannot read --workers: 'none' is not an integer/],
    [["--memory", "1kB"], 1, /Cannot start the engine/],
    [["--help"], 0, /--max-body +MILLRACE_MAX_BODY +none/],
  ];
  for (const [args, code, says] of rows) {
    const { code: ended, text } = await runMain(args);
    assertEquals([args, ended], [args, code]);
    assertMatch(text, says);
    assertNotMatch(text, /^ +at /m);
  }
});

Deno.test("a server with --log json writes nothing but JSON, with request and job ids", async () => {
  const args = ["--log", "json", "--log-level", "debug", "--access-log"];
  await using server = await ServerProcess.start({ args });
  const response = await fetch(`${server.origin}/v1/count`, {
    method: "POST",
    body: "to be",
    headers: { "x-request-id": "request-1" },
  });
  await response.body!.cancel();
  server.kill("SIGTERM");
  assertEquals(await server.ended(), 0, server.output);
  const lines = server.output.trimEnd().split("\n").map((line) => JSON.parse(line));
  const [job] = lines.filter(({ msg }) => msg === "Job ended");
  const [request] = lines.filter(({ msg }) => msg === "Request");
  assertEquals([job.requestId, job.state, job.bytes], ["request-1", "done", 5]);
  assertEquals([request.requestId, request.jobId, request.status], ["request-1", job.jobId, 200]);
});

Deno.test("a server says nothing of what goes well and is small", async () => {
  await using server = await ServerProcess.start();
  const before = server.output;
  assertEquals(await count(server, "to be or be"), COUNTS);
  assertEquals(server.output, before);
});

/** Has a server that keeps jobs do some of everything. */
async function exercise(server: ServerProcess): Promise<void> {
  assertEquals(await count(server, "to be or be"), COUNTS);
  const init = { method: "POST", body: "to be or be" };
  const { links } = await (await fetch(`${server.origin}/v1/jobs`, init)).json();
  const result = await fetch(`${server.origin}${links.result}?format=tsv&wait=30`);
  assertEquals(await result.text(), COUNTS);
  for (const path of ["/metrics", "/v1/engine", "/readyz", "/docs"]) {
    const response = await fetch(server.origin + path);
    await response.body?.cancel();
    assertEquals([path, response.status], [path, 200]);
  }
}

/** The permissions that src/cli/README.md gives to an operator who grants no more than is needed. */
Deno.test("a server does its work with no more rights than its address and its folder", async () => {
  if (!("tryLock" in Deno.FsFile.prototype)) {
    return leftOut("a data directory", "this Deno cannot lock one");
  }
  const folder = await Deno.makeTempDir();
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const permissions = [
    "--allow-net=127.0.0.1",
    `--allow-read=${root},${folder}`,
    `--allow-write=${folder}`,
    "--allow-env",
    "--deny-run",
    "--deny-ffi",
    "--no-prompt",
  ];
  const args = ["--data", folder, "--spill-dir", `${folder}/spill`];
  try {
    await using server = await ServerProcess.start({ permissions, args });
    await exercise(server);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the task start builds and fetches nothing, and its rights are enough", async () => {
  const { start } = config.tasks;
  const [deno, run, ...rest] = start.command.split(" ");
  const program = rest.pop();
  assertEquals([deno, run, program], ["deno", "run", "assembly/compiled/server.js"]);
  assertEquals("dependencies" in start, false);
  const launcher = "src/kernels/compiler/launch.sh";
  const flags = ["--cached-only", "--no-prompt", `--allow-run=${launcher}`, "--deny-ffi"];
  for (const flag of [...flags, "--deny-write=src,assembly,workers"]) {
    assert(rest.includes(flag), `${flag} is missing`);
  }
  for (const flag of ["-A", "--allow-all", "--allow-sys"]) assertEquals(rest.includes(flag), false);
  const folder = await Deno.makeTempDir();
  const hasLocks = "tryLock" in Deno.FsFile.prototype; // without, there are no data directories
  try {
    await using server = await ServerProcess.start({
      main: new URL(`../../${program}`, import.meta.url),
      permissions: rest,
      args: hasLocks ? ["--data", folder] : [],
    });
    await exercise(server);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a server tells its version wherever one looks", async () => {
  assertEquals(await runMain(["--version"]), { code: 0, text: `millrace ${VERSION}\n` });
  await using server = await ServerProcess.start();
  assertStringIncludes(server.output, `Millrace ${VERSION} listens on`);
  for (const path of ["/healthz", "/v1/engine"]) {
    assertEquals((await (await fetch(server.origin + path)).json()).version, VERSION);
  }
  const metrics = await (await fetch(`${server.origin}/metrics`)).text();
  assertStringIncludes(metrics, `millrace_build_info{version="${VERSION}",`);
});

Deno.test("a server of a task ends when the task is killed", async () => {
  const main = new URL("../../src/main.ts", import.meta.url).href;
  // The shell stands for the task: it says its server's pid, and waits for it.
  const script = `"$0" run -A "$1" --port ${freePort()} & wait`;
  const task = new Deno.Command("sh", {
    args: ["-c", script, Deno.execPath(), main],
    env: { NO_COLOR: "1", INIT_CWD: Deno.cwd() },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let output = "";
  let killed = false;
  // The pipe ends when the server does, which has its other end.
  for await (const text of task.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    if (output.includes("curl") && !killed) {
      killed = true;
      task.kill("SIGKILL");
    }
  }
  assertEquals((await task.status).signal, "SIGKILL");
  const origin = /listens on (http:\S+)/.exec(output)![1];
  await assertRejects(() => fetch(`${origin}/healthz`));
});

async function runMain(args: string[]): Promise<{ code: number; text: string }> {
  const main = new URL("../../src/main.ts", import.meta.url).href;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", main, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Waits until the server answers 503. */
async function turnedAway(server: ServerProcess): Promise<void> {
  await until(async () => {
    const response = await fetch(`${server.origin}/healthz`);
    const answer = await response.json();
    if (response.status !== 503) return false;
    assertEquals(answer.type, "urn:millrace:problem:shutting-down");
    return true;
  });
}

Deno.test("a server tells no number of bytes that is less than what came of a body", async () => {
  await using server = await ServerProcess.start();
  const told = /"detail":"Cannot read body: it ended early(, after 8 bytes or more)?"/;
  for (
    const sent of [
      "Content-Length: 1000\r\n\r\nto be or",
      "Content-Length: 100000\r\n\r\nto be or",
      'Content-Length: 1000\r\nContent-Type: application/json\r\n\r\n["to be"',
      "Content-Length: 1000\r\nContent-Encoding: gzip\r\n\r\nto be or",
      "Transfer-Encoding: chunked\r\n\r\n8\r\nto be or\r\n",
      "Transfer-Encoding: chunked\r\n\r\n10\r\nto be or",
    ]
  ) {
    using client = await RawConnection.open(server.port);
    await client.write(`POST /v1/count HTTP/1.1\r\nHost: x\r\n${sent}`);
    await client.end();
    assertMatch(await client.read(/"detail":"[^"]*"/), told, sent);
  }
});
