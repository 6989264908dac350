import type { EventEmitter } from "node:events";
import type { Command } from "commander";
import { createProgram } from "../cli/program.ts";
import { VERSION } from "../version.ts";
import { type Leaf, leavesOf, meaningOf, synopsisOf } from "./command_tables.ts";

// The manual, millrace(1), in the macros of man(7): what --help prints, of every command.

/** The manual of every command and option of the program. */
export async function createManPage(): Promise<string> {
  const program = await createProgram();
  const leaves = leavesOf(program);
  return [
    `.TH MILLRACE 1 "" "Millrace ${VERSION}"`,
    ".SH NAME",
    `millrace \\- ${escapeText(program.description().toLowerCase())}`,
    ".SH SYNOPSIS",
    ...leaves.flatMap((leaf) => [".br", `.B ${escapeText(synopsisOf(leaf))}`]).slice(1),
    ".SH DESCRIPTION",
    "Without the name of a command, millrace counts:",
    ".B count",
    "may be left out.",
    ...helpOf(program, "beforeHelp"),
    ".SH COMMANDS",
    ...leaves.flatMap(describeCommand),
    "",
  ].join("\n");
}

function describeCommand(leaf: Leaf): string[] {
  const { command, options } = leaf;
  return [
    `.SS ${escapeText(synopsisOf(leaf))}`,
    `${escapeText(command.description())}.`,
    ...options.flatMap((option) => [
      ".TP",
      `.B ${escapeText(option.flags)}`,
      escapeText(meaningOf(option, command)),
    ]),
    ...helpOf(command, "beforeHelp"),
    ...helpOf(command, "afterHelp"),
  ];
}

/** What --help prints before or behind the rest, as it stands: examples and notes. */
function helpOf(command: Command, event: "beforeHelp" | "afterHelp"): string[] {
  let text = "";
  const emitter = command as unknown as EventEmitter; // which the parser's types do not tell
  emitter.emit(event, { error: false, command, write: (added: string) => text += added });
  const lines = text.trim().split("\n");
  return text.trim() === "" ? [] : [".PP", ".nf", ...lines.map(escapeText), ".fi"];
}

/** Text in which nothing is an instruction, and a hyphen is the one that a shell knows. */
function escapeText(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^(?=[.'])/, "\\&");
}
