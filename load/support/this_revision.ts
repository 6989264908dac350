import type { Side } from "./benchmark.ts";

/** The folder that this module is in, as it is now. */
export const THIS_REVISION: Side = {
  name: "this tree",
  root: new URL("../../", import.meta.url),
};
