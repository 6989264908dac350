import { OF_ASSEMBLY } from "./rooms/assembly.ts";
import { OF_LOAD } from "./rooms/load.ts";
import { OF_SRC } from "./rooms/src.ts";

/**
 * Which room may import which. A room is a folder, to the third level (`src/http/door`), or a file
 * at the top of src or assembly. A permission that no import needs is an error, too.
 */
export const MAY_IMPORT: Record<string, string[]> = { ...OF_ASSEMBLY, ...OF_LOAD, ...OF_SRC };
