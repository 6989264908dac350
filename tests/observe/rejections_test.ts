import { assertEquals, assertMatch } from "@std/assert";
import { resetSync } from "@logtape/logtape";
import {
  countUnownedRejections,
  surviveRejections,
  UNOWNED_REJECTION,
} from "../../src/observe/rejections.ts";
import { captureLogs } from "../support/logs.ts";

Deno.test("surviveRejections() logs and counts a rejection, and keeps the process alive", () => {
  const target = new EventTarget();
  surviveRejections(target);
  const before = countUnownedRejections();
  const lines = captureLogs();
  const event = new PromiseRejectionEvent("unhandledrejection", {
    promise: new Promise(() => {}),
    reason: new TypeError("gone"),
    cancelable: true,
  });
  target.dispatchEvent(event);
  resetSync();
  assertEquals([event.defaultPrevented, countUnownedRejections() - before], [true, 1]);
  assertEquals([lines.length, lines[0].level, lines[0].msg], [1, "error", UNOWNED_REJECTION]);
  assertMatch(String(lines[0].error), /^TypeError: gone\n +at /);
});
