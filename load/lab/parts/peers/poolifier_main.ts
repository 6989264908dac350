// Counts the words of a file in parts, by a pool of poolifier: poolifier_main.ts FILE
import { FixedThreadPool } from "poolifier";
import { createAnswer } from "./answer.ts";
import { printAnswer } from "./print_answer.ts";
import { cutParts, mergeCounts, type Part } from "./word_map.ts";

const task = new URL("./poolifier_task.ts", import.meta.url).pathname;
const pool = new FixedThreadPool<Part, Map<string, number>>(navigator.hardwareConcurrency, task, {
  errorHandler: (error) => console.error(error),
});
const parts = await cutParts(Deno.args[0]);
printAnswer(createAnswer(mergeCounts(await Promise.all(parts.map((part) => pool.execute(part))))));
Deno.exit(); // pool.destroy() of poolifier 5.3.2 does not come to an end in Deno
