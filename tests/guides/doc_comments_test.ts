import { assert, assertEquals, assertThrows } from "@std/assert";
import { ENGINE_DEFAULTS } from "../../src/engine/engine_options.ts";
import { readMembers } from "../../src/guides/doc_comments.ts";
import { OPTION_TABLES } from "../support/option_tables.ts";

const SOURCE = `
/** Not this one. */
export interface Options {
  /** No. */
  no: string;
}

export interface Other extends Base {
  /** Names it, see {@linkcode Job}. @default {"a"} */
  name?: string;
  /**
   * Whether it
   * waits. @default {false}
   */
  readonly waits: boolean;
  /** Nobody else's. @internal */
  hidden?: string;
  bare: number;
  /** The last. */
  last(): void;
}
`;

Deno.test("readMembers() reads sentences and defaults of the members that are for everybody", () => {
  assertEquals(readMembers(SOURCE, "Other"), [
    { name: "name", about: "Names it, see `Job`.", default: '"a"' },
    { name: "waits", about: "Whether it waits.", default: "false" },
  ]);
  assertThrows(() => readMembers(SOURCE, "Third"), Error, "Cannot find interface Third");
});

async function readInterface(path: string, name: string) {
  return readMembers(await Deno.readTextFile(new URL(`../../src/${path}`, import.meta.url)), name);
}

Deno.test("comments of options say the defaults that the tables have", async () => {
  for (const { name, file, parameters } of OPTION_TABLES) {
    const members = await readInterface(`contract/${file}.ts`, name);
    assertEquals(members.map((each) => each.name), Object.keys(parameters));
    for (const [i, { default: value }] of Object.values(parameters).entries()) {
      const said = members[i].default ?? "";
      assert(said.split(": ")[0] === JSON.stringify(value), `${members[i].name}: ${said}`);
    }
  }
});

Deno.test("comments of engine options say the defaults that the engine has", async () => {
  const members = await readInterface("engine/engine_options.ts", "EngineOptions");
  for (const [name, value] of Object.entries(ENGINE_DEFAULTS)) {
    const said = members.find((each) => each.name === name)?.default ?? "";
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    assertEquals(said.replaceAll(/[" ]/g, ""), text.replaceAll('"', ""), name);
  }
});
