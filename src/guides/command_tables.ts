import type { Command } from "commander";
import { createProgram } from "../cli/program.ts";
import type { MarkdownTable } from "./markdown_table.ts";

/** Every command of the program, and what it takes. */
export async function createCommandTable(): Promise<MarkdownTable> {
  const rows = leavesOf(await createProgram()).map((leaf) => [
    `\`${synopsisOf(leaf)}\``,
    leaf.command.description(),
  ]);
  return [["command", "for"], ...rows];
}

/** Every option of every command, but for those that are another program's. */
export async function createCommandOptionTable(): Promise<MarkdownTable> {
  const rows = leavesOf(await createProgram()).flatMap(({ name, options, command }) =>
    options.map((option) => [
      `\`${name}\``,
      `\`${option.flags}\``,
      meaningOf(option, command),
    ])
  );
  return [["command", "option", "meaning"], ...rows];
}

/** A command that does something, and the options that it takes: its own and its parent's. */
export interface Leaf {
  name: string;
  command: Command;
  options: Command["options"];
}

/** A command with what its words stand for: `millrace jobs show ID`. */
export function synopsisOf({ name, command }: Leaf): string {
  const words = command.registeredArguments.map((argument) => {
    const text = `${argument.name()}${argument.variadic ? "..." : ""}`.toUpperCase();
    return argument.required ? text : `[${text}]`;
  });
  return [`millrace ${name}`, ...words].join(" ");
}

/** What is said of an option. */
export function meaningOf(option: Command["options"][number], command: Command): string {
  return command.createHelp().optionDescription(option).replaceAll('"', "");
}

/** Every command below one that does something itself. */
export function leavesOf(command: Command, path: readonly string[] = []): Leaf[] {
  const children = command.createHelp().visibleCommands(command)
    .filter((each) => each.name() !== "help");
  const options = path.length === 0 ? [] : command.options; // the program's own is --version
  if (children.length === 0) return [{ name: path.join(" "), command, options }];
  return children.flatMap((child) =>
    leavesOf(child as Command, [...path, child.name()]).map((leaf) => ({
      ...leaf,
      options: [...options, ...leaf.options],
    }))
  );
}
