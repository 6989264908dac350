import { configureSync, getConsoleSink, type LogRecord } from "@logtape/logtape";

/** How log lines are written. */
export const LOG_FORMATS = ["text", "json", "off"] as const;
/** Levels of log lines, from the least on. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** One of the formats. */
export type LogFormat = typeof LOG_FORMATS[number];
/** One of the levels. */
export type LogLevel = typeof LOG_LEVELS[number];

/** How the process logs. */
export interface LogOptions {
  format: LogFormat;
  /** Least level that is written. */
  level: LogLevel;
}

/**
 * Directs the loggers of Millrace to the console, once per process; without this call they are
 * silent. Warnings and errors go to stderr, the rest to stdout.
 *
 * No logger writes bodies, keys, query values or addresses.
 */
export function configureLogging({ format, level }: LogOptions): void {
  const formatter = format === "json" ? formatJson : formatText;
  const sinks = { console: getConsoleSink({ formatter }) };
  const names: (keyof typeof sinks)[] = format === "off" ? [] : ["console"];
  configureSync({
    sinks,
    loggers: [
      { category: "millrace", lowestLevel: level, sinks: names },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: names },
    ],
    reset: true,
  });
}

/** One line of JSON: `time`, `level`, `msg`, and the properties of the record. */
export function formatJson(record: LogRecord): string {
  const { level, properties } = record;
  const line = { time: timeOf(record), level, msg: messageOf(record), ...properties };
  return JSON.stringify(line, (_, value) => value instanceof Error ? describeError(value) : value);
}

/** One line for people: `time level message name=value …`, and an error's stack below it. */
export function formatText(record: LogRecord): string {
  let line = `${timeOf(record)} ${record.level.padEnd(7)} ${messageOf(record)}`;
  let stack = "";
  for (const [name, value] of Object.entries(record.properties)) {
    if (value instanceof Error) stack += `\n${describeError(value)}`;
    else if (value !== undefined) line += ` ${name}=${formatProperty(value)}`;
  }
  return line + stack;
}

function timeOf({ timestamp }: LogRecord): string {
  return new Date(timestamp).toISOString();
}

function messageOf({ message }: LogRecord): string {
  return message.map(String).join("");
}

function describeError(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${describeError(error.cause)}` : "";
  return (error.stack ?? String(error)) + cause;
}

function formatProperty(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}
