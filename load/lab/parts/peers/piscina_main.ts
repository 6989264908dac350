// Counts the words of a file in parts, by a pool of piscina: piscina_main.ts FILE
import { Piscina } from "piscina";
import { createAnswer } from "./answer.ts";
import { printAnswer } from "./print_answer.ts";
import { cutParts, mergeCounts } from "./word_map.ts";

const threads = navigator.hardwareConcurrency;
const pool = new Piscina({
  filename: new URL("./piscina_task.ts", import.meta.url).href,
  minThreads: threads,
  maxThreads: threads,
});
const parts = await cutParts(Deno.args[0]);
printAnswer(createAnswer(mergeCounts(await Promise.all(parts.map((part) => pool.run(part))))));
await pool.destroy();
