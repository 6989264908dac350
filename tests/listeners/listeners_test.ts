import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { addApiKey } from "../../src/access/api_key_file.ts";
import { type Server, type StartOptions, startServer } from "../../src/server.ts";
import { RawConnection } from "../support/http/raw_http.ts";
import { ServerProcess } from "../support/http/server.ts";
import { eventually, until } from "../support/waits.ts";

/** The main thread and three more, so that most connections come in by one of those. */
const LISTENERS = 4;
/** So many connections leave no thread without one, but once in some thousand runs. */
const CONNECTIONS = 32;

const ON_LINUX = { ignore: Deno.build.os !== "linux" };

function start(options: StartOptions = {}): Promise<Server> {
  return startServer({ port: 0, listeners: LISTENERS, drainTimeoutMs: 0, workers: 2, ...options });
}

/**
 * The answer to a request as it is written, over a connection of its own: without what differs from
 * time to time, and without the order of headers and the framing, which a hand-over may change.
 */
async function ask(port: number, request: string): Promise<string> {
  using connection = await RawConnection.open(port);
  await connection.write(request);
  const [head, ...rest] = (await connection.read()).split("\r\n\r\n");
  const [status, ...headers] = head.split("\r\n");
  const isChunked = headers.includes("transfer-encoding: chunked");
  const body = rest.join("\r\n\r\n");
  const kept = headers.filter((header) => !CHANGING.test(header));
  return [status, ...new Set(kept.sort()), "", isChunked ? joinChunks(body) : body].join("\n")
    .replace(/"requestId":"[^"]*"/g, "").replace(/"ms":\{[^}]*\}/g, "");
}

const CHANGING = /^(?:date|x-request-id|content-length|transfer-encoding): /;

/** A body of ASCII without its chunks' sizes. */
function joinChunks(body: string): string {
  let text = "";
  for (let at = 0;;) {
    const end = body.indexOf("\r\n", at);
    const length = parseInt(body.slice(at, end), 16);
    if (!(length > 0)) return text;
    text += body.slice(end + 2, end + 2 + length);
    at = end + 4 + length;
  }
}

function portOf({ origin }: Server): number {
  return Number(new URL(origin).port);
}

function post(path: string, body: string, headers = ""): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}` +
    `Content-Length: ${new TextEncoder().encode(body).length}\r\n\r\n${body}`;
}

const get = (path: string, method = "GET") =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

const TEXT = "to be or not to be\n";
const GZIP = "Content-Encoding: gzip\r\n";
const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
const CHUNKED = "POST /v1/count?format=tsv HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
  "Transfer-Encoding: chunked\r\n\r\n5\r\nto be\r\n6\r\n or be\r\n0\r\n\r\n";

/** Requests that are answered where they come in, and such as are handed over at any point. */
const REQUESTS: Record<string, string> = {
  "a short text": post("/v1/count?top=2", TEXT),
  "one as CSV": post("/v1/count?format=csv&download=a.csv", TEXT),
  "its totals": post("/v1/count?only=totals", TEXT),
  "one in a form": post("/v1/count?format=tsv", "text=to+be+or+be", FORM),
  "one that is no form": post("/v1/count?format=tsv", TEXT, FORM),
  "stop words": post("/v1/count?format=tsv&stop=en", "the whale\n"),
  "a question of columns": post("/v1/count?format=tsv&key=col(1)", "a,b\na,c\n"),
  "words of ICU": post("/v1/count?format=tsv&tokenizer=icu", TEXT),
  "lines of texts": post("/v1/count?each=true", '"to be"\n"or"\n'),
  "a list of words": post("/v1/count", '{"words":["a","b"]}', "Content-Type: application/json\r\n"),
  "a long text": post("/v1/count?format=tsv", TEXT.repeat(20_000)),
  "a text in chunks": CHUNKED,
  "a text that is no UTF-8": post("/v1/count?invalid=reject", "a\0b\u0000"),
  "a text that is not compressed": post("/v1/count", TEXT, GZIP),
  "no text": post("/v1/count", ""),
  "an unknown parameter": post("/v1/count?tpo=2", TEXT),
  "an unknown kernel": post("/v1/count?kernel=nobody", TEXT),
  "an unacceptable form": post("/v1/count", TEXT, "Accept: image/png\r\n"),
  "a page of another site": post("/v1/count", TEXT, "Origin: https://evil.example\r\n"),
  "another host": post("/v1/count", TEXT).replace("localhost", "evil.example"),
  "a part of a body": post("/v1/count", TEXT, "Content-Range: bytes 0-1/9\r\n")
    .replace("POST", "PUT"),
  "events": post("/v1/count", TEXT, "Accept: text/event-stream\r\n"),
  "another method": get("/v1/count", "DELETE"),
  "a trace": get("/v1/count", "TRACE"),
  "a path with dots": get("/v1/../livez"),
  "no path": get("/nobody"),
  "HEAD": get("/docs", "HEAD"),
  "the stop list": get("/v1/stop-words/en"),
  "options": get("/v1/count", "OPTIONS"),
};

Deno.test("every thread answers as a server of one thread does", ON_LINUX, async (test) => {
  await using one = await start({ listeners: 1 });
  await using many = await start();
  for (const [name, request] of Object.entries(REQUESTS)) {
    await test.step(name, async () => {
      const expected = await ask(portOf(one), request);
      const answers = await Promise.all(
        Array.from({ length: CONNECTIONS / 2 }, () => ask(portOf(many), request)),
      );
      for (const answer of answers) assertEquals(answer, expected);
    });
  }
});

async function count(server: Server, text = TEXT, headers: HeadersInit = {}): Promise<Response> {
  const all = { ...headers, connection: "close" };
  return await fetch(`${server.origin}/v1/count?top=1`, {
    method: "POST",
    body: text,
    headers: all,
  });
}

Deno.test(
  "requests, jobs and bytes of all threads are told as those of one",
  ON_LINUX,
  async () => {
    await using server = await start();
    for (let round = 0; round < CONNECTIONS; round++) await (await count(server)).body?.cancel();
    const status = await (await fetch(`${server.origin}/v1/engine`)).json();
    assertEquals(status.ended.done, CONNECTIONS);
    assertEquals(status.counted, {
      bytes: CONNECTIONS * TEXT.length,
      chunks: CONNECTIONS,
      tokens: CONNECTIONS * 6,
    });
    assertEquals(status.inline.jobs, CONNECTIONS);
    const metrics = await (await fetch(`${server.origin}/metrics`)).text();
    const posts = `{route="/v1/count",method="POST"`;
    assertStringIncludes(metrics, `requests_total${posts},status="2xx"} ${CONNECTIONS}\n`);
    assertStringIncludes(metrics, `request_duration_seconds_count${posts}} ${CONNECTIONS}\n`);
    assertStringIncludes(metrics, `millrace_jobs_ended_total{outcome="done"} ${CONNECTIONS}\n`);
  },
);

Deno.test(
  "a key opens every thread, and none from the moment on in which it is revoked",
  ON_LINUX,
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "millrace-listeners-" });
    try {
      const keys = `${folder}/keys.json`;
      const { token } = addApiKey(keys, { tenant: "a" });
      await using server = await start({ keys });
      const headers = { authorization: `Bearer ${token}` };
      for (let round = 0; round < CONNECTIONS; round++) {
        const [known, unknown] = [await count(server, TEXT, headers), await count(server)];
        assertEquals([known.status, unknown.status], [200, 401]);
        await Promise.all([known.body?.cancel(), unknown.body?.cancel()]);
      }
      assertEquals(server.engine.status().inline.jobs, CONNECTIONS);
      addApiKey(keys, { tenant: "b" });
      const rows = JSON.parse(await Deno.readTextFile(keys));
      await Deno.writeTextFile(keys, JSON.stringify(rows.slice(1)));
      server.reloadKeys();
      for (let round = 0; round < CONNECTIONS; round++) {
        const response = await count(server, TEXT, headers);
        assertEquals(response.status, 401);
        await response.body?.cancel();
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("a rate of clients holds over all threads together", ON_LINUX, async () => {
  await using server = await start({ rate: { requests: 20, windowMs: 3_600_000 } });
  assertEquals(await askOften(server), LIMITED);
});

Deno.test("the rate of a tenant holds over all threads together", ON_LINUX, async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace-listeners-" });
  try {
    const keys = `${folder}/keys.json`;
    const { token } = addApiKey(keys, { tenant: "a", rate: "20/h" });
    await using server = await start({ keys });
    assertEquals(await askOften(server, { authorization: `Bearer ${token}` }), LIMITED);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const LIMITED = [...Array(20).fill(200), ...Array(CONNECTIONS - 20).fill(429)];

async function askOften(server: Server, headers: HeadersInit = {}): Promise<number[]> {
  const codes = [];
  for (let round = 0; round < CONNECTIONS; round++) {
    const response = await count(server, TEXT, headers);
    codes.push(response.status);
    await response.body?.cancel();
  }
  return codes;
}

Deno.test(
  "a tenant that has all its jobs gets no short text counted by any thread",
  ON_LINUX,
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "millrace-listeners-" });
    try {
      const keys = `${folder}/keys.json`;
      const { token } = addApiKey(keys, { tenant: "a", maxJobs: 1 });
      await using server = await start({ keys });
      const headers = { authorization: `Bearer ${token}` };
      using upload = await RawConnection.open(portOf(server));
      await upload.write(
        `POST /v1/count HTTP/1.1\r\nHost: localhost\r\n` +
          `Authorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nto be\r\n`,
      );
      await until(() =>
        server.engine.status().jobs.pending + server.engine.status().jobs.running > 0
      );
      for (let round = 0; round < CONNECTIONS; round++) {
        const response = await count(server, TEXT, headers);
        assertEquals(response.status, 429);
        await response.body?.cancel();
      }
      await upload.write("0\r\n\r\n");
      await upload.read(/"counts"/);
      await eventually(async () => {
        const response = await count(server, TEXT, headers);
        await response.body?.cancel();
        assertEquals(response.status, 200);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test(
  "SIGTERM lets uploads of every thread finish, and ends the server with 0",
  ON_LINUX,
  async () => {
    const args = ["--listeners", String(LISTENERS), "--drain-timeout", "1h"];
    await using server = await ServerProcess.start({ args });
    const clients = await Promise.all(
      Array.from({ length: 8 }, () => RawConnection.open(server.port)),
    );
    for (const client of clients) {
      await client.write(
        "POST /v1/count?format=tsv HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nto be",
      );
    }
    await until(async () => {
      const metrics = await (await fetch(`${server.origin}/metrics`)).text();
      return metrics.includes(`requests_in_flight ${clients.length + 1}\n`);
    });
    server.kill("SIGTERM");
    for (const client of clients) await client.write(" or be");
    for (const client of clients) {
      assertStringIncludes(await client.read(/to\t1\n/), "be\t2\nor\t1\nto\t1\n");
      client[Symbol.dispose]();
    }
    assertEquals(await server.ended(), 0, server.output);
  },
);

Deno.test("threads say in the server's log what they have answered", ON_LINUX, async () => {
  const args = ["--listeners", String(LISTENERS), "--access-log", "--log", "json"];
  await using server = await ServerProcess.start({ args });
  for (let round = 0; round < CONNECTIONS; round++) {
    const headers = { connection: "close", "x-request-id": `r${round}` };
    const response = await fetch(`${server.origin}/v1/count`, {
      method: "POST",
      body: TEXT,
      headers,
    });
    assertEquals(response.headers.get("x-request-id"), `r${round}`);
    await response.body?.cancel();
  }
  await eventually(() => {
    const lines = server.output.trimEnd().split("\n").map((line) => JSON.parse(line));
    const ids = lines.filter(({ route, status }) => route === "/v1/count" && status === 200)
      .map(({ requestId }) => requestId);
    assertEquals(ids.sort(), Array.from({ length: CONNECTIONS }, (_, i) => `r${i}`).sort());
  });
});

Deno.test("a port that is in use is not shared with another server", ON_LINUX, async () => {
  await using server = await start();
  await using other = await ServerProcess.start();
  for (const port of [portOf(server), other.port]) {
    const error = await start({ port }).then(() => undefined, (error) => error);
    assertStringIncludes(String(error), "the port is in use");
  }
});

const REFUSED: Record<string, StartOptions> = {
  "Deno Deploy": { onDeploy: true, insecure: true },
  "OpenTelemetry": { traced: true },
  "--strip-upgrade": { stripUpgrade: true },
  "--serialize": { serialize: true },
  "--inline false": { inline: false },
};

for (const [reason, options] of Object.entries(REFUSED)) {
  Deno.test(`listener threads are refused at the start beside ${reason}`, ON_LINUX, async () => {
    const error = await start(options).then(() => undefined, (error) => error);
    assert(error !== undefined, "it has started");
    assertStringIncludes(String(error), reason);
  });
}

Deno.test("a listener thread that dies ends the process, which says so", async () => {
  const main = new URL("./dying_main.ts", import.meta.url);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", main.href],
    env: { NO_COLOR: "1" },
  }).output();
  const told = new TextDecoder().decode(stderr);
  assertEquals(code, 1, told);
  assertStringIncludes(told, "A listener thread has died");
  assertStringIncludes(told, "a fault of the thread");
});
