import { assertEquals } from "@std/assert";
import { createLeash, HostLeash, ThreadLeash } from "../../src/shared/leash.ts";

const TICKET = 0x1234_0005;
const OTHER = -0x7000_0200; // the generation wraps into negative numbers

function createSides() {
  const memory = createLeash();
  const word = () => new Int32Array(memory.buffer)[0];
  return { host: new HostLeash(memory), thread: new ThreadLeash(memory), word };
}

Deno.test("ThreadLeash.loosen() takes away what was meant for another ticket", () => {
  const { host, thread, word } = createSides();
  assertEquals(thread.loosen(TICKET), true);
  host.stop(OTHER);
  assertEquals([word() !== 0, thread.loosen(TICKET), word()], [true, true, 0]);
});

Deno.test("ThreadLeash.loosen() finds the stop of its own ticket, once", () => {
  for (const ticket of [TICKET, OTHER, 0, 255, -0x200]) {
    const { host, thread, word } = createSides();
    host.stop(ticket);
    assertEquals([thread.loosen(ticket), word(), thread.loosen(ticket)], [false, 0, true]);
  }
});

Deno.test("ThreadLeash.read() tells a stop of its own from one that came too late, and from none", () => {
  const { host, thread } = createSides();
  assertEquals(thread.read(TICKET), "none");
  host.stop(TICKET);
  assertEquals([thread.read(TICKET), thread.read(OTHER)], ["own", "late"]);
});
