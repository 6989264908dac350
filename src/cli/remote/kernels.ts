import type { KernelDocument } from "../../client/mod.ts";
import { printFacts, printRows } from "../terminal/print_rows.ts";
import type { Cell, RowColumn } from "../terminal/rows.ts";
import { print } from "../terminal/stdout.ts";
import { askServer } from "./ask_server.ts";
import { readKernel } from "./read_kernel.ts";
import type { ServerChoice } from "./server_options.ts";
import { say } from "../terminal/say.ts";

const COLUMNS: readonly RowColumn[] = [
  { head: "KERNEL" },
  { head: "NAME" },
  { head: "VALUE" },
  { head: "OPTIONS" },
];

/** As many digits of an id as name a kernel. */
const SHORT_ID = 8;

/** `millrace kernels list`. */
export function listKernels(options: ServerChoice): Promise<void> {
  return askServer(options, async (millrace) => {
    const kernels = await millrace.kernels.list();
    if (options.json) return print(JSON.stringify({ kernels }) + "\n");
    printRows(COLUMNS, kernels, {
      forPeople: (kernel) => cellsOf(kernel, shortIdOf(kernel)),
      forPrograms: (kernel) => cellsOf(kernel, kernel.id),
    });
  });
}

/** `millrace kernels show`. */
export function showKernel(
  name: string,
  { source, ...options }: ServerChoice & { source?: true },
): Promise<void> {
  return askServer(options, async (millrace) => {
    if (source) return print(await millrace.kernels.source(name));
    const kernel = await millrace.kernels.get(name);
    if (options.json) print(JSON.stringify(kernel) + "\n");
    else printFacts(factsOf(kernel));
  });
}

/** `millrace kernels push`. */
export async function pushKernel(file: string, options: ServerChoice): Promise<void> {
  const sent = await readKernel(file);
  await askServer(options, async (millrace) => {
    const kernel = await millrace.kernels.push(sent);
    if (options.json) return print(JSON.stringify(kernel) + "\n");
    say(`Kernel ${kernel.name} is there; count by it with: kernel=${shortIdOf(kernel)}`);
    print(`${kernel.id}\n`); // alone on stdout, for scripts
  });
}

/** `millrace kernels rm`. */
export function removeKernels(names: readonly string[], options: ServerChoice): Promise<void> {
  return askServer(options, async (millrace) => {
    for (const name of names) {
      await millrace.kernels.remove(name);
      say(`Kernel ${name} is forgotten`);
    }
  });
}

function shortIdOf({ id, builtIn }: KernelDocument): string {
  return builtIn ? id : id.slice(0, SHORT_ID);
}

function cellsOf({ name, value, op, options }: KernelDocument, id: string): Cell[] {
  const isValue = value !== undefined || op !== undefined;
  return [
    id,
    name,
    isValue ? [op, value].filter((each) => each !== undefined).join(" ") : "count",
    options.map((option) => option.name).join(" "),
  ];
}

function factsOf(kernel: KernelDocument): [string, Cell][] {
  return [
    ["id", kernel.id],
    ["name", kernel.name],
    ["records", kernel.records],
    ["op", kernel.op],
    ["value", kernel.value],
    ["created", kernel.createdAt],
    ["module", kernel.moduleBytes],
    ["source", kernel.sourceBytes],
    ["tokenizers", kernel.tokenizers?.join(" ")],
    ["parameters", kernel.parameters?.join(" ")],
    ...kernel.options.map((option): [string, Cell] => [
      `option.${option.name}`,
      `${option.type}, ${JSON.stringify(option.default)}`,
    ]),
  ];
}
