import { EXIT } from "./exit_codes.ts";

/** What ends the process, and its exit code then, as a shell counts it. */
const SIGNALS: readonly [Deno.Signal, code: number][] = Deno.build.os === "windows"
  ? [["SIGINT", EXIT.interrupted]]
  : [["SIGINT", EXIT.interrupted], ["SIGTERM", 143]];

/**
 * Ends the process at SIGINT and SIGTERM, at once.
 *
 * @param leave Runs before the end, and must be quick: it removes what nobody is to find.
 * @returns What makes the process end as others do again.
 */
export function onInterrupt(leave: () => void): () => void {
  const listeners = SIGNALS.map(([signal, code]) => {
    const end = () => {
      try {
        leave();
      } finally {
        Deno.exit(code);
      }
    };
    Deno.addSignalListener(signal, end);
    return () => Deno.removeSignalListener(signal, end);
  });
  return () => listeners.forEach((remove) => remove());
}
