import { assertEquals, assertMatch } from "@std/assert";
import type { LogRecord } from "@logtape/logtape";
import { formatJson, formatText } from "../../src/observe/logging.ts";

function record(properties: Record<string, unknown>): LogRecord {
  return {
    category: ["millrace", "x"],
    level: "info",
    message: ["Job done"],
    rawMessage: "Job done",
    timestamp: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    properties,
  };
}

Deno.test("formatJson() writes time, level and message, then the rest, in one line", () => {
  const line = formatJson(record({ jobId: "a", bytes: 3, requestId: undefined, text: "x\ny" }));
  const head = '{"time":"2026-01-02T03:04:05.006Z","level":"info","msg":"Job done"';
  assertEquals(line, `${head},"jobId":"a","bytes":3,"text":"x\\ny"}`);
});

Deno.test("formatJson() tells an error's stack and its causes", () => {
  const error = new Error("outer", { cause: new TypeError("inner") });
  const line = JSON.parse(formatJson(record({ error })));
  assertMatch(line.error, /^Error: outer\n +at .+\nCaused by: TypeError: inner\n +at /s);
});

Deno.test("formatText() writes names and values, quoted where they need it", () => {
  const line = formatText(record({ jobId: "a", none: undefined, text: 'x "y"', ms: 1.5 }));
  assertEquals(
    line,
    '2026-01-02T03:04:05.006Z info    Job done jobId=a text="x \\"y\\"" ms=1.5',
  );
  assertMatch(formatText(record({ error: new Error("broken") })), /Job done\nError: broken\n +at /);
});
