import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PROBLEMS } from "../../src/contract/problems.ts";
import {
  BODY_PARAMETERS,
  COUNT_PARAMETERS,
  OUTPUT_PARAMETERS,
} from "../../src/contract/options.ts";
import { PAGE_PARAMETERS } from "../../src/contract/page_options.ts";
import { KERNEL_PARAMETERS } from "../../src/contract/kernel_parameters.ts";
import { formatSize } from "../../src/contract/sizes.ts";
import type { Parameter } from "../../src/contract/parameters.ts";
import { DEPLOY_DEFAULTS } from "../../src/deno_deploy.ts";
import { ENGINE_DEFAULTS } from "../../src/engine/engine_options.ts";
import { GUIDE_TABLES } from "../../src/guides/guide_tables.ts";
import { SERVER_PARAMETERS } from "../../src/settings/server_parameters.ts";

/** Rows of a table by the name in their first cell; each has as many cells as the header. */
async function rowsOf(path: string, name: string): Promise<Map<string, readonly string[]>> {
  const [header, ...rows] = await GUIDE_TABLES[path][name]();
  for (const row of rows) assertEquals(row.length, header.length, row.join());
  return new Map(rows.map((row) => [row[0].replaceAll("`", ""), row]));
}

Deno.test("the tables of parameters have every query parameter with its default and choices", async () => {
  const { kernel } = KERNEL_PARAMETERS; // the kernel says the defaults of its options
  const ofCounts = { ...COUNT_PARAMETERS, kernel, ...BODY_PARAMETERS, ...OUTPUT_PARAMETERS };
  const counts = await rowsOf("src/http/README.md", "count-parameters");
  const results = await rowsOf("src/http/README.md", "result-parameters");
  const rows: [string, Parameter, readonly string[] | undefined][] = [
    ...Object.entries(ofCounts).map(([name, each]) => row(name, each, counts)),
    ...Object.entries(PAGE_PARAMETERS).map(([name, each]) => row(name, each, results)),
  ];
  for (const [name, parameter, cells = []] of rows) {
    const { kind, default: standard } = parameter;
    const text = kind === "size" ? formatSize(standard) : String(standard);
    assertEquals(cells[2], text === "" ? "empty" : `\`${text}\``, name);
    assertStringIncludes(cells[3], parameter.about);
    if (parameter.kind !== "choice") continue;
    for (const value of parameter.values) assertStringIncludes(cells[1], `\`${value}\``, name);
  }
});

function row(
  name: string,
  parameter: Parameter,
  table: ReadonlyMap<string, readonly string[]>,
): [string, Parameter, readonly string[] | undefined] {
  return [name, parameter, table.get(name)];
}

Deno.test("the table of server options has each with its variable, default and meaning", async () => {
  const table = await rowsOf("src/cli/README.md", "server-options");
  for (const { flag, env, default: text, about } of Object.values(SERVER_PARAMETERS)) {
    assertEquals(table.get(`--${flag}`)?.slice(1), [`\`${env}\``, `\`${text}\``, about]);
  }
});

Deno.test("the table of Deno Deploy has every default that differs there", async () => {
  const table = await rowsOf("src/cli/README.md", "deploy-defaults");
  for (const [name, text] of Object.entries(DEPLOY_DEFAULTS)) {
    const { flag } = SERVER_PARAMETERS[name as keyof typeof DEPLOY_DEFAULTS];
    assertEquals(table.get(`--${flag}`)?.[1], `\`${text}\``, flag);
  }
});

Deno.test("the table of engine options has every default of the engine", async () => {
  const table = await rowsOf("src/engine/README.md", "engine-options");
  for (const [name, value] of Object.entries(ENGINE_DEFAULTS)) {
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    assertEquals(table.get(name)?.[1], `\`${text}\``, name);
  }
  for (const [, , about] of table.values()) assert(about.length > 0);
});

Deno.test("the table of problems has each with its status and title", async () => {
  const table = await rowsOf("src/http/README.md", "problems");
  for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
    assertEquals(table.get(code.replaceAll("_", "-"))?.slice(1), [String(status), title]);
  }
});
