import { ThreadWorker } from "poolifier";
import { countWords, type Part } from "./word_map.ts";

/** What the threads of poolifier run; it takes for asynchronous only what is declared so. */
export default new ThreadWorker<Part, Map<string, number>>(async (part) => {
  const { path, start, end } = part!;
  return await countWords(path, start, end);
});
