import type { Used } from "../../contract/documents.ts";
import { usageError } from "../terminal/explain.ts";
import { printRows } from "../terminal/print_rows.ts";
import type { RowColumn } from "../terminal/rows.ts";
import { print } from "../terminal/stdout.ts";
import { askServer } from "./ask_server.ts";
import { keepDigits } from "./keep_digits.ts";
import { readInput } from "./read_input.ts";
import type { ServerChoice } from "./server_options.ts";
import { say } from "../terminal/say.ts";

const COLUMNS: readonly RowColumn[] = [{ head: "KEY" }, { head: "VALUE", align: "right" }];

/** `millrace kernels try`: what a kernel emits, with all digits. */
export async function tryKernel(
  name: string,
  file: string,
  { option = [], ...options }: ServerChoice & { option?: readonly string[] },
): Promise<void> {
  const kernelOptions = Object.fromEntries(option.map(readOption));
  const record = await readInput(file);
  await askServer(options, async (millrace) => {
    const answer = await millrace.kernels.downloadTrial(name, record, { kernelOptions });
    const text = await answer.text();
    if (options.json) return print(text);
    const { emitted, ms, memory, output }: Trial = JSON.parse(text, keepDigits);
    const cells = ({ key, value }: Trial["emitted"][number]) => [key, value];
    printRows(COLUMNS, emitted, { forPeople: cells, forPrograms: cells });
    say(
      `${describe(ms)} ms, ${describe(memory)} bytes of memory, ${describe(output)} of output`,
    );
  });
}

/** The answer, its numbers as texts. */
interface Trial {
  emitted: { key: string; value: string }[];
  ms: Used;
  memory: Used;
  output: Used;
}

function describe({ used, limit }: Used): string {
  return `${used} of ${limit}`;
}

function readOption(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw usageError(`Cannot read --option: '${text}' is not NAME=VALUE`);
}
