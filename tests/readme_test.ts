import { assertEquals, assertStringIncludes } from "@std/assert";
import { DEPLOY_DEFAULTS } from "../src/deno_deploy.ts";
import { ENGINE_DEFAULTS } from "../src/engine/engine_options.ts";
import { PROBLEMS } from "../src/contract/problems.ts";
import {
  BODY_PARAMETERS,
  COUNT_PARAMETERS,
  OUTPUT_PARAMETERS,
  PAGE_PARAMETERS,
} from "../src/contract/options.ts";
import type { Parameter } from "../src/contract/parameters.ts";
import { SERVER_PARAMETERS } from "../src/settings/server_parameters.ts";

/** The rows between the markers `<!-- table: name -->` and `<!-- /table -->` of a guide. */
async function readTable(path: string, name: string): Promise<Table> {
  const guide = await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
  const [, rest] = guide.split(`<!-- table: ${name} -->`);
  if (rest === undefined) throw new Error(`${path} has no table ${name}`);
  const rows = rest.split("<!-- /table -->")[0].split("\n").filter((line) => line.startsWith("|"))
    .map((row) => row.replace(/ +/g, " "));
  return { path, rows };
}

/** The row whose first cell names `name`. */
function rowOf({ path, rows }: Table, name: string): string {
  const row = rows.find((each) => each.split("|")[1].includes(`\`${name}\``));
  if (!row) throw new Error(`${path} has no row for ${name}`);
  return row;
}

interface Table {
  path: string;
  rows: string[];
}

/** Each parameter with its row of a table of the HTTP guide. */
async function rowsOf(table: string, parameters: Record<string, Parameter>) {
  const found = await readTable("src/http/README.md", table);
  return Object.entries(parameters).map(([name, parameter]) => ({
    name,
    parameter,
    row: rowOf(found, name),
  }));
}

Deno.test("src/http/README.md names every query parameter with its default and choices", async () => {
  const ofCounts = { ...COUNT_PARAMETERS, ...BODY_PARAMETERS, ...OUTPUT_PARAMETERS };
  const rows = [
    ...await rowsOf("count-parameters", ofCounts),
    ...await rowsOf("result-parameters", PAGE_PARAMETERS),
  ];
  for (const { name, parameter, row } of rows) {
    const text = String(parameter.default);
    assertStringIncludes(row, text === "" ? "empty" : `\`${text}\``, name);
    if (parameter.kind !== "choice") continue;
    for (const value of parameter.values) assertStringIncludes(row, `\`${value}\``, name);
  }
});

Deno.test("src/cli/README.md names every server option with its variable, default and meaning", async () => {
  const table = await readTable("src/cli/README.md", "server-options");
  for (const { flag, env, default: text, about } of Object.values(SERVER_PARAMETERS)) {
    const row = rowOf(table, `--${flag}`);
    for (const part of [`\`${env}\``, `\`${text}\``, about]) assertStringIncludes(row, part);
  }
});

Deno.test("src/cli/README.md names every default that differs on Deno Deploy", async () => {
  const { rows } = await readTable("src/cli/README.md", "deploy-defaults");
  for (const [name, text] of Object.entries(DEPLOY_DEFAULTS)) {
    const { flag } = SERVER_PARAMETERS[name as keyof typeof DEPLOY_DEFAULTS];
    const found = rows.some((row) => row.startsWith(`| \`--${flag}\` | \`${text}\` |`));
    assertEquals(found, true, `--${flag} ${text}`);
  }
});

Deno.test("src/engine/README.md names every engine option with its default", async () => {
  const table = await readTable("src/engine/README.md", "engine-options");
  for (const [name, value] of Object.entries(ENGINE_DEFAULTS)) {
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    assertStringIncludes(rowOf(table, name), `\`${text}\``, name);
  }
});

Deno.test("src/http/README.md names every problem with its status", async () => {
  const table = await readTable("src/http/README.md", "problems");
  for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
    const row = rowOf(table, code.replaceAll("_", "-"));
    for (const part of [`| ${status} |`, title]) assertStringIncludes(row, part);
  }
});
