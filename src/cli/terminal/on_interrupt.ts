import { EXIT } from "./exit_codes.ts";

/**
 * Ends the process at SIGINT and SIGTERM, at once.
 *
 * @param leave Runs before the end, and must be quick: it removes what nobody is to find.
 * @returns What makes the process end as others do again.
 */
export function onInterrupt(leave: () => void): () => void {
  let isLeaving = false;
  const end = () => {
    if (!isLeaving) {
      isLeaving = true;
      leave();
    }
    Deno.exit(EXIT.interrupted);
  };
  Deno.addSignalListener("SIGINT", end);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", end);
  return () => {
    Deno.removeSignalListener("SIGINT", end);
    if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGTERM", end);
  };
}
