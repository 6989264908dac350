// Counts the words of a file in a Map, in one thread: map_main.ts FILE
import { createAnswer } from "./answer.ts";
import { printAnswer } from "./print_answer.ts";
import { countWords } from "./word_map.ts";

printAnswer(createAnswer(await countWords(Deno.args[0])));
