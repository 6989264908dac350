import { assertEquals } from "@std/assert";
import { startServer } from "../../src/server.ts";
import { collectEvents, readEvents } from "../support/http/events.ts";
import { soon, until } from "../support/waits.ts";

const ENCODER = new TextEncoder();

/** Begins to send a body of which some is missing. */
async function beginUpload(origin: string, path: string, text: string): Promise<Deno.TcpConn> {
  const { hostname, port, host } = new URL(origin);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const head = `PUT ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${
    text.length + 1
  }\r\n\r\n`;
  await connection.write(ENCODER.encode(head + text));
  return connection;
}

Deno.test("over a socket, a job is watched while its body comes in, and its id outlives a broken upload", async () => {
  const data = await Deno.makeTempDir({ prefix: "millrace-" });
  {
    await using server = await startServer({ port: 0, workers: 1, data });
    const { origin } = server;
    const path = `/v1/jobs/${crypto.randomUUID()}`;
    const inputs = () => Array.from(Deno.readDirSync(`${data}/inputs`));

    const waiting = fetch(`${origin}${path}/events?wait=60`);
    const broken = await beginUpload(origin, path, "to be ".repeat(50_000));
    const events = readEvents(await soon(waiting));
    assertEquals((await soon(events.next())).value!.event, "progress");
    await until(() => inputs().length === 1);
    broken.close();
    const last = (await soon(Array.fromAsync(events))).at(-1)!;
    assertEquals([last.event, last.data.type], ["error", "urn:millrace:problem:body-aborted"]);
    await until(() => inputs().length === 0);

    const stopped = await beginUpload(origin, path, "to be ".repeat(50_000));
    await (await soon(fetch(`${origin}${path}/events?wait=60`))).body!.cancel();
    await until(() => inputs().length === 1);
    assertEquals((await fetch(origin + path, { method: "DELETE" })).status, 204);
    assertEquals(inputs(), []);

    const put = () => fetch(`${origin}${path}?format=tsv`, { method: "PUT", body: "to be or" });
    for (const response of [await put(), await put()]) {
      assertEquals([response.status, response.headers.get("location")], [202, path]);
      await response.body!.cancel();
    }
    const result = await fetch(`${origin}${path}/result?wait=60`);
    assertEquals(await result.text(), "be\t1\nor\t1\nto\t1\n");
    const end = (await collectEvents(await fetch(`${origin}${path}/events`))).at(-1)!;
    assertEquals([end.event, end.data.attempt], ["done", 1]);
    stopped.close();
  }
  await Deno.remove(data, { recursive: true });
});
