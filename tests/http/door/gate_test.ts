import { assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { RequestGate } from "../../../src/http/door/gate.ts";

const REQUEST = new Request("http://localhost/");

Deno.test("RequestGate.close() waits for who is inside and turns the others away", async () => {
  const gate = new RequestGate();
  gate.enter(REQUEST);
  let empty = false;
  const closed = gate.close().then(() => empty = true);
  const error = assertThrows(() => gate.enter(REQUEST), JobError);
  await Promise.resolve();
  assertEquals([error.code, empty, gate.inside], ["shutting_down", false, 1]);
  gate.leave();
  await closed;
  assertEquals(gate.inside, 0);
});

Deno.test("RequestGate.close() resolves at once when nobody is inside", async () => {
  const gate = new RequestGate();
  gate.enter(REQUEST);
  gate.leave();
  await gate.close();
  assertEquals([gate.closed, gate.inside], [true, 0]);
});

Deno.test("RequestGate.hold() keeps a request inside until its work settles, whichever way", async () => {
  const gate = new RequestGate();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  gate.hold(first.promise);
  gate.hold(second.promise);
  const closed = gate.close();
  assertEquals(gate.inside, 2);
  first.resolve();
  second.reject(new Error("failed"));
  await closed;
  assertEquals(gate.inside, 0);
});
