import type { FaultCounts } from "../../contract/engine_status.ts";

/** Where every count starts. */
export const NO_FAULTS: Readonly<FaultCounts> = Object.freeze({
  died: 0,
  silent: 0,
  fenced: 0,
  trapped: 0,
  replaced: 0,
  resumed: 0,
  lost: 0,
});
