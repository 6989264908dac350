import { assert, assertEquals, assertMatch } from "@std/assert";
import { RawConnection } from "../../support/http/raw_http.ts";
import { createTestApp, type TestApp } from "../../support/http/test_app.ts";
import { until } from "../../support/waits.ts";
import { giveTurns } from "../../support/http/server.ts";

/** Runs a test against a server that listens on a port of its own. */
async function withSocket(
  options: { maxBodyBytes?: number },
  run: (test: TestApp, port: number) => Promise<void>,
): Promise<void> {
  await using test = await createTestApp({ listen: true, ...options });
  await run(test, Number(new URL(test.origin).port));
}

const BEGUN = [
  { name: "a small declared length", text: "Content-Length: 1000\r\n\r\nto be or" },
  { name: "a large declared length", text: "Content-Length: 100000\r\n\r\nto be or" },
  { name: "chunks", text: "Transfer-Encoding: chunked\r\n\r\n8\r\nto be or\r\n" },
];

Deno.test("POST /v1/count begins no job when a client with a short text goes away", async () => {
  await withSocket({}, async (test, port) => {
    {
      using client = await RawConnection.open(port);
      await client.write(`POST /v1/count HTTP/1.1\r\nHost: x\r\n${BEGUN[0].text}`);
    }
    const next = await fetch(`http://127.0.0.1:${port}/v1/count?format=tsv`, {
      method: "POST",
      body: "b a b",
    });
    assertEquals([next.status, await next.text()], [200, "b\t2\na\t1\n"]);
    assertEquals(test.engine.jobs.length, 1);
  });
});

for (const { name, text } of BEGUN) {
  for (const path of ["/v1/count", "/v1/jobs"]) {
    if (path === "/v1/count" && name === "a small declared length") continue;
    Deno.test(`POST ${path} ends its job when a client with ${name} goes away`, async () => {
      await withSocket({}, async (test, port) => {
        {
          using client = await RawConnection.open(port);
          await client.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${text}`);
          await until(() => test.engine.jobs.length > 0);
        }
        await until(() => test.engine.jobs[0].state !== "running");
        assertEquals([test.engine.jobs[0].state, test.jobs.running], ["failed", 0]);
        const next = await fetch(`http://127.0.0.1:${port}/v1/count?format=tsv`, {
          method: "POST",
          body: "b a b",
        });
        assertEquals([next.status, await next.text()], [200, "b\t2\na\t1\n"]);
      });
    });
  }
}

const REFUSED = [
  { name: "too large a length", path: "/v1/count", length: 1e12, status: 413 },
  { name: "an unknown parameter", path: "/v1/count?x=1", length: 1e9, status: 400 },
  { name: "an unknown path", path: "/v2", length: 1e9, status: 404 },
];

for (const { name, path, length, status } of REFUSED) {
  Deno.test(`${name} is refused before the body is read, and the upload stops`, async () => {
    await withSocket({ maxBodyBytes: 1e10 }, async (_, port) => {
      using client = await RawConnection.open(port);
      await client.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`);
      const head = await client.read(/\r\n\r\n/);
      assertMatch(head, new RegExp(`^HTTP/1.1 ${status} `));
      assertMatch(head, /connection: close/i);
      const block = new Uint8Array(1 << 20);
      let written = 0;
      const upload = async () => {
        for (; written < 64; written++) await client.write(block);
      };
      const uploading = upload().catch(() => {}); // until the connection is closed
      await giveTurns(`http://127.0.0.1:${port}`);
      assert(written < 16, `the server took ${written} MiB`);
      client[Symbol.dispose]();
      await uploading;
    });
  });
}

Deno.test("a body above the limit without a length is refused on the way", async () => {
  await withSocket({ maxBodyBytes: 100_000 }, async (_, port) => {
    using client = await RawConnection.open(port);
    await client.write("POST /v1/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    const chunk = `10000\r\n${"a".repeat(65536)}\r\n`;
    await client.write(chunk);
    await client.write(chunk);
    assertMatch(await client.read(/\r\n\r\n/), /^HTTP\/1.1 413 /);
  });
});

Deno.test("requests that overlap do not wait for each other", async () => {
  await withSocket({}, async (test, port) => {
    const held = Promise.withResolvers<void>();
    test.engine.hold = held.promise;
    const url = `http://127.0.0.1:${port}/v1/count?format=tsv`;
    const first = fetch(url, { method: "POST", body: "a" });
    await until(() => test.engine.jobs.length > 0);
    test.engine.hold = Promise.resolve();
    const second = await fetch(url, { method: "POST", body: "b b" });
    assertEquals([await second.text(), test.engine.jobs[0].state], ["b\t2\n", "running"]);
    held.resolve();
    assertEquals(await (await first).text(), "a\t1\n");
  });
});

Deno.test("a long answer stops being made when its client goes away", async () => {
  await withSocket({}, async (_, port) => {
    const text = Array.from({ length: 300_000 }, (_, i) => `word${i}`).join(" ");
    using client = await RawConnection.open(port);
    await client.write(
      `POST /v1/count?top=0 HTTP/1.1\r\nHost: x\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
    );
    await client.read(/"counts"/);
    client[Symbol.dispose]();
    const health = await fetch(`http://127.0.0.1:${port}/healthz`);
    assertEquals((await health.json()).status, "ok");
  });
});
