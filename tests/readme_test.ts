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
import { SERVER_PARAMETERS } from "../src/settings/server_parameters.ts";

const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
const rows = readme.split("\n").filter((line) => line.startsWith("|"))
  .map((row) => row.replace(/ +/g, " "));

/** The row whose first cell names `name`. */
function rowOf(name: string): string {
  const row = rows.find((each) => each.split("|")[1].includes(`\`${name}\``));
  if (!row) throw new Error(`README.md has no row for ${name}`);
  return row;
}

Deno.test("README.md names every query parameter with its default and choices", () => {
  const parameters = {
    ...{ ...COUNT_PARAMETERS, ...BODY_PARAMETERS },
    ...{ ...OUTPUT_PARAMETERS, ...PAGE_PARAMETERS },
  };
  for (const [name, parameter] of Object.entries(parameters)) {
    const row = rowOf(name);
    const text = String(parameter.default);
    assertStringIncludes(row, text === "" ? "empty" : `\`${text}\``, name);
    if (parameter.kind !== "choice") continue;
    for (const value of parameter.values) assertStringIncludes(row, `\`${value}\``, name);
  }
});

Deno.test("README.md names every server option with its variable, default and meaning", () => {
  for (const { flag, env, default: text, about } of Object.values(SERVER_PARAMETERS)) {
    const row = rowOf(`--${flag}`);
    for (const part of [`\`${env}\``, `\`${text}\``, about]) assertStringIncludes(row, part);
  }
});

Deno.test("README.md names every default that differs on Deno Deploy", () => {
  for (const [name, text] of Object.entries(DEPLOY_DEFAULTS)) {
    const { flag } = SERVER_PARAMETERS[name as keyof typeof DEPLOY_DEFAULTS];
    const found = rows.some((row) => row.startsWith(`| \`--${flag}\` | \`${text}\` |`));
    assertEquals(found, true, `--${flag} ${text}`);
  }
});

Deno.test("README.md names every engine option with its default", () => {
  for (const [name, value] of Object.entries(ENGINE_DEFAULTS)) {
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    assertStringIncludes(rowOf(name), `\`${text}\``, name);
  }
});

Deno.test("README.md names every problem with its status", () => {
  for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
    const row = rowOf(code.replaceAll("_", "-"));
    for (const part of [`| ${status} |`, title]) assertStringIncludes(row, part);
  }
});
