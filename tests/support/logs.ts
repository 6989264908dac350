import { configureSync, type LogRecord } from "@logtape/logtape";
import { formatJson } from "../../src/observe/logging.ts";

/** A line of the log, read back. */
export type LogLine = { time: string; level: string; msg: string } & Record<string, unknown>;

/** Collects what is logged from here on; `resetSync()` ends it. */
export function captureLogs(lowestLevel: "debug" | "info" = "debug"): LogLine[] {
  const lines: LogLine[] = [];
  const sinks = { lines: (record: LogRecord) => void lines.push(JSON.parse(formatJson(record))) };
  configureSync({
    sinks,
    loggers: [
      { category: "millrace", lowestLevel, sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: [] },
    ],
    reset: true,
  });
  return lines;
}
