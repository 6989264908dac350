import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { addApiKey, revokeApiKey } from "../../../src/access/api_key_file.ts";
import { bearer } from "../../support/keys.ts";
import { ServerProcess } from "../../support/http/server.ts";
import { until } from "../../support/waits.ts";

/** Runs a test with the path of a file for keys. */
async function withKeys(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/keys.json`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function count(server: ServerProcess, token = ""): Promise<Response> {
  return fetch(`${server.origin.replace("0.0.0.0", "127.0.0.1")}/v1/count?format=tsv`, {
    method: "POST",
    body: "a b a",
    headers: token === "" ? {} : bearer(token),
  });
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.body?.cancel();
  return response.status;
}

Deno.test("a server with keys listens anywhere, counts for a key and follows the file", async () => {
  await withKeys(async (path) => {
    const { token, row } = addApiKey(path, { tenant: "acme" });
    await using server = await ServerProcess.start({ args: ["--host", "0.0.0.0", "--keys", path] });
    assertEquals(await (await count(server, token)).text(), "a\t2\nb\t1\n");
    assertEquals(await statusOf(count(server)), 401);
    const other = addApiKey(path, { tenant: "other" });
    server.kill("SIGHUP");
    await until(async () => await statusOf(count(server, other.token)) === 200);
    revokeApiKey(path, row.id);
    await until(async () => await statusOf(count(server, token)) === 401); // without a signal
    assertEquals(await statusOf(count(server, other.token)), 200);
    assert(!server.output.includes(token), "the log holds the key");
  });
});

Deno.test("a server does not listen where others reach it without keys, unless told to", async () => {
  const refused = await start("--host", "0.0.0.0");
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.text, "Cannot listen on 0.0.0.0 without API keys");
  assertStringIncludes(refused.text, "--insecure");
  const missing = await start("--keys", "/no/such/file");
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.text, "Cannot read API keys: No such file");
  await using server = await ServerProcess.start({ args: ["--host", "0.0.0.0", "--insecure"] });
  assertEquals(await statusOf(count(server)), 200);
});

Deno.test("what clients do wrong is no line in the server's log", async () => {
  await withKeys(async (path) => {
    const { token } = addApiKey(path, { tenant: "acme", rate: "5/h" });
    await using server = await ServerProcess.start({ args: ["--keys", path] });
    const before = server.output;
    const headers = bearer(token);
    const statuses: number[] = [];
    for (const at of ["count?x=1", "jobs/none", "../nowhere", "count?invalid=reject", "engine"]) {
      const body = at.startsWith("count") ? new Uint8Array([0xff]) : undefined;
      const method = body ? "POST" : "GET";
      statuses.push(await statusOf(fetch(`${server.origin}/v1/${at}`, { method, body, headers })));
    }
    statuses.push(await statusOf(count(server)), await statusOf(count(server, token)));
    assertEquals(statuses, [400, 404, 404, 422, 403, 401, 429]);
    assertEquals(server.output, before);
  });
});

Deno.test("a tenant's jobs are unknown to every other", async () => {
  await withKeys(async (path) => {
    const [owner, other] = ["a", "b"].map((tenant) => bearer(addApiKey(path, { tenant }).token));
    await using server = await ServerProcess.start({ args: ["--keys", path] });
    const jobs = `${server.origin}/v1/jobs`;
    const accepted = await fetch(jobs, {
      method: "POST",
      body: "to be",
      headers: { ...owner, prefer: "wait=60" },
    });
    assertEquals([accepted.status, (await accepted.json()).totals.tokens], [200, 2]);
    const job = new URL(accepted.headers.get("location")!, jobs).href;
    const asks = [["GET", ""], ["GET", "/result"], ["DELETE", ""]] as const;
    for (
      const [headers, statuses] of [[other, [404, 404, 404]], [owner, [200, 200, 204]]] as const
    ) {
      const answers: number[] = [];
      for (const [method, rest] of asks) {
        answers.push(await statusOf(fetch(job + rest, { method, headers })));
      }
      assertEquals(answers, statuses);
    }
  });
});

async function start(...args: string[]): Promise<{ code: number; text: string }> {
  const main = new URL("../../../src/main.ts", import.meta.url).href;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", main, "--port", "0", ...args],
    env: { NO_COLOR: "1" },
  }).output();
  return { code, text: new TextDecoder().decode(stderr) };
}
