import { countWords, type Part } from "./word_map.ts";

/** One task of piscina. */
export default ({ path, start, end }: Part): Promise<Map<string, number>> =>
  countWords(path, start, end);
