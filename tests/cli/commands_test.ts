import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Command } from "commander";
import { flagOf } from "../../src/cli/count/flags.ts";
import { createProgram } from "../../src/cli/program.ts";
import { createTestApp } from "../support/http/test_app.ts";
import { readBlocks, ROOT } from "../support/guides.ts";
import { runMillrace } from "../support/millrace.ts";

const program = await createProgram();

/** A command by its words, such as `jobs list`. */
function commandOf(words: string): Command {
  return words.split(" ").reduce<Command>(
    (command, word) => command.commands.find((each) => each.name() === word) as Command,
    program,
  );
}

/** Commands that are shown, with all below them. */
function shownCommands(command: Command, path: string[] = []): [string, Command][] {
  const children = command.createHelp().visibleCommands(command).map((each) => each as Command)
    .filter((each) => each.name() !== "help");
  return children.flatMap((child) => {
    const words = [...path, child.name()];
    return [[words.join(" "), child], ...shownCommands(child, words)] as [string, Command][];
  });
}

/** What hands on to another program. */
const OTHERS = ["serve", "bench"];

/** Parameters of the API that a command does not have, and why. */
const LEFT_OUT: Record<string, Record<string, string>> = {
  "POST /v1/count": {
    only: "it has no form of totals alone",
    each: "lines of texts are what programs have, by countEach of the clients",
    form: "a file is no form",
    download: "-o names the file",
    "option.NAME": "--option",
  },
  "GET /v1/jobs": { cursor: "pages follow by themselves" },
  "GET /v1/jobs/{id}/result": {
    wait: "it waits in any case",
    download: "-o names the file",
    only: "it has no form of totals alone",
    limit: "an answer is no page",
    cursor: "likewise",
  },
  "GET /v1/jobs/{id}/events": { wait: "the job is there" },
  "GET /v1/jobs/{id}/compare": {
    with: "it is the second word",
    download: "-o names the file",
    limit: "an answer is no page",
    cursor: "likewise",
  },
};

const COMMANDS_OF: Record<string, string> = {
  "POST /v1/count": "count",
  "GET /v1/jobs": "jobs list",
  "GET /v1/jobs/{id}/result": "jobs result",
  "GET /v1/jobs/{id}/events": "watch",
  "GET /v1/jobs/{id}/compare": "compare",
};

Deno.test("commands have the parameters that the OpenAPI document has", async () => {
  await using test = await createTestApp();
  const document = await (await test.app.request("/openapi.json")).json();
  for (const [operation, words] of Object.entries(COMMANDS_OF)) {
    const [method, path] = operation.split(" ");
    const parameters: { name: string; in: string; $ref?: string }[] =
      document.paths[path][method.toLowerCase()].parameters;
    const names = parameters.filter((each) => each.in === "query").map(({ name }) => name);
    assert(names.length > 0, operation);
    const options = commandOf(words).options.map(({ long }) => long);
    const missing = names.filter((name) => !options.includes(flagOf(name)));
    assertEquals(missing.sort(), Object.keys(LEFT_OUT[operation]).sort(), operation);
  }
});

Deno.test("every command says how it is used, first of all by examples", async () => {
  for (const [words] of shownCommands(program)) {
    if (OTHERS.includes(words)) continue;
    const { code, out, said } = await runMillrace([...words.split(" "), "--help"]);
    assertEquals([words, code, said], [words, 0, ""]);
    assertStringIncludes(out, `Usage: millrace ${words}`);
    if (!words.includes(" ")) assert(out.startsWith("Examples:\n"), words);
  }
});

Deno.test("serve and bench hand on their options", async () => {
  const help = await runMillrace(["serve", "--help"]);
  assertEquals(help.code, 0);
  assertStringIncludes(help.out, "--max-spill");
  const unknown = await runMillrace(["serve", "--prot", "9000"]);
  assertEquals([unknown.code, unknown.out], [2, ""]);
  assertStringIncludes(unknown.said, "the nearest is --port");
});

Deno.test("completions offer every command and option that help shows", async () => {
  for (const [words, command] of shownCommands(program)) {
    if (OTHERS.includes(words)) continue;
    const { out } = await runMillrace(["complete", "--", ...words.split(" "), "--"]);
    const offered = out.split("\n").map((line) => line.split("\t")[0]);
    for (const { long, hidden } of command.options) {
      assert(hidden || offered.includes(long!), `${words} ${long}`);
    }
  }
});

Deno.test("src/cli/README.md shows a run of every command", async () => {
  const guide = await Deno.readTextFile(new URL("src/cli/README.md", ROOT));
  const runs = readBlocks(guide).filter(({ language }) => language === "console")
    .map(({ text }) => text).join("\n");
  for (const command of program.createHelp().visibleCommands(program)) {
    const name = command.name();
    if (["help", "count"].includes(name)) continue; // counting is more than a run
    assert(new RegExp(`millrace ${name}\\b`).test(runs), `there is no run of millrace ${name}`);
  }
});
