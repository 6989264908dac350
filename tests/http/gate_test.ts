import { assertEquals } from "@std/assert";
import { RequestGate } from "../../src/http/gate.ts";
import { assertProblem } from "../support/test_app.ts";

const REQUEST = new Request("http://localhost/");

Deno.test("RequestGate.close() waits for who is inside and turns the others away", async () => {
  const gate = new RequestGate();
  const answer = Promise.withResolvers<Response>();
  const handle = gate.guard(() => answer.promise);
  const inside = handle(REQUEST);
  let empty = false;
  const closed = gate.close().then(() => empty = true);
  const refused = await handle(REQUEST);
  assertEquals(refused.headers.get("connection"), "close");
  assertEquals(refused.headers.get("retry-after"), "5");
  await assertProblem(refused, 503, "shutting-down");
  assertEquals([empty, gate.inside], [false, 1]);
  answer.resolve(new Response("done"));
  assertEquals(await (await inside).text(), "done");
  await closed;
  assertEquals(gate.inside, 0);
});

Deno.test("RequestGate.close() resolves at once when nobody is inside", async () => {
  const gate = new RequestGate();
  await gate.guard(() => new Response())(REQUEST);
  await gate.close();
});

Deno.test("RequestGate lets go of a request whose handler throws", async () => {
  const gate = new RequestGate();
  const handle = gate.guard(() => Promise.reject(new Error("broken")));
  await handle(REQUEST).catch(() => {});
  assertEquals(gate.inside, 0);
  await gate.close();
});
