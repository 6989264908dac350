import type { Source } from "./list_files.ts";

/**
 * Bytes of all inputs as they lie there; undefined where one of them is no regular file.
 *
 * @param enough Where the sum is larger, no further file is asked for its size. @default {Infinity}
 */
export function knownBytes(
  sources: readonly Source[],
  enough: number = Infinity,
): number | undefined {
  let sum = 0;
  for (const { kind, name } of sources) {
    if (kind !== "file") return undefined;
    if (sum > enough) continue;
    try {
      const { isFile, size } = Deno.statSync(name);
      if (!isFile) return undefined;
      sum += size;
    } catch {
      // whoever reads it says so
    }
  }
  return sum;
}
