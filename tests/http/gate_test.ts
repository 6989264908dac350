import { assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../src/errors.ts";
import { RequestGate } from "../../src/http/gate.ts";

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
});
