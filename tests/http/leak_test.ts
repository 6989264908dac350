import { assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import { startServer } from "../../src/server.ts";
import { RawConnection } from "../support/http/raw_http.ts";
import { eventually, PATIENCE_MS } from "../support/waits.ts";

Deno.test("requests that fail in every way leave nothing in the engine", async () => {
  await using engine = await Engine.start({ workers: 2 });
  const serve = (readTimeoutMs: number) =>
    startServer({ port: 0, maxBodyBytes: 4e6, readTimeoutMs }, { engine });
  await using server = await serve(PATIENCE_MS);
  await using hasty = await serve(50);
  const [port, hastyPort] = [server, hasty].map(({ origin }) => Number(new URL(origin).port));
  const url = `${server.origin}/v1`;
  const before = snapshot(engine);
  const text = "to be or not to be ".repeat(100_000);

  for (let round = 0; round < 5; round++) {
    for (const path of ["/v1/count", "/v1/jobs"]) {
      {
        using goer = await RawConnection.open(port);
        await goer.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n`);
        await goer.write(text.slice(0, 1_000_000));
      }
      using staller = await RawConnection.open(hastyPort);
      await staller.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nto be`);
      assertEquals((await staller.read(/^HTTP\/1.1 \d+/)).slice(9, 12), "408");
    }
    for (const body of [text + text + text, streamOf(text + text + text)]) {
      assertEquals((await post(`${url}/count`, body)).status, 413);
    }
    assertEquals((await post(`${url}/count?invalid=reject`, "a\xff")).status, 200);
    assertEquals((await post(`${url}/count?invalid=reject`, new Uint8Array([0xff]))).status, 422);
    const accepted = await post(`${url}/jobs?top=1`, text);
    const location = accepted.headers.get("location")!;
    const removed = await fetch(new URL(location, url), { method: "DELETE" });
    assertEquals([accepted.status, removed.status], [202, 204]);
  }
  const answer = await post(`${url}/count?format=tsv&top=1`, text);
  assertEquals(await answer.text(), "be\t200000\n");
  await eventually(() => assertEquals(snapshot(engine), before));
});

/** What must be as before once everything has ended. */
function snapshot(engine: Engine) {
  const { jobs, slots, tasks, memory } = engine.status();
  return {
    jobs,
    free: slots.free,
    queued: tasks.queued,
    pending: tasks.pending,
    used: memory.jobs,
  };
}

/** The response, its body read. */
async function post(url: string, body: BodyInit): Promise<Response> {
  const response = await fetch(url, { method: "POST", body });
  const copy = response.clone();
  await response.text();
  return copy;
}

function streamOf(text: string): ReadableStream<Uint8Array> {
  return new Response(text).body!;
}
