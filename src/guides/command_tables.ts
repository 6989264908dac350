import type { Command } from "commander";
import { createProgram } from "../cli/program.ts";
import type { MarkdownTable } from "./markdown_table.ts";

/** Every command of the program, and what it takes. */
export async function createCommandTable(): Promise<MarkdownTable> {
  const rows = leavesOf(await createProgram()).map(({ name, command }) => {
    const words = command.registeredArguments.map((argument) => {
      const text = `${argument.name()}${argument.variadic ? "..." : ""}`.toUpperCase();
      return argument.required ? text : `[${text}]`;
    });
    return [`\`${[`millrace ${name}`, ...words].join(" ")}\``, command.description()];
  });
  return [["command", "for"], ...rows];
}

/** Every option of every command, but for those that are another program's. */
export async function createCommandOptionTable(): Promise<MarkdownTable> {
  const rows = leavesOf(await createProgram()).flatMap(({ name, options, command }) =>
    options.map((option) => [
      `\`${name}\``,
      `\`${option.flags}\``,
      command.createHelp().optionDescription(option).replaceAll('"', ""),
    ])
  );
  return [["command", "option", "meaning"], ...rows];
}

/** A command that does something, and the options that it takes: its own and its parent's. */
interface Leaf {
  name: string;
  command: Command;
  options: Command["options"];
}

function leavesOf(command: Command, path: readonly string[] = []): Leaf[] {
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
