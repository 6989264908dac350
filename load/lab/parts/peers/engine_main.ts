// Counts the words of a file by Millrace as a library: engine_main.ts FILE
import { Engine } from "../../../../src/mod.ts";
import { TOP } from "./answer.ts";
import { printAnswer } from "./print_answer.ts";

await using engine = await Engine.start();
const file = await Deno.open(Deno.args[0]);
const options = { tokenizer: "whitespace", case: "preserve", top: TOP } as const;
const { segment, totals } = await engine.submit(file.readable, options).done;
const top = segment.toArray().map(({ key, count }): [string, number] => [key, count]);
printAnswer({ top, distinct: totals.keys, total: totals.tokens });
