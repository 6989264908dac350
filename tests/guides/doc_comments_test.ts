import { assert, assertEquals, assertThrows } from "@std/assert";
import { EVENT_PARAMETERS } from "../../src/contract/event_options.ts";
import {
  BODY_PARAMETERS,
  COUNT_PARAMETERS,
  OUTPUT_PARAMETERS,
} from "../../src/contract/options.ts";
import { PAGE_PARAMETERS } from "../../src/contract/page_options.ts";
import { PATTERN_PARAMETERS } from "../../src/contract/pattern_options.ts";
import { RECORD_PARAMETERS } from "../../src/contract/record_options.ts";
import { ENGINE_DEFAULTS } from "../../src/engine/engine_options.ts";
import { readMembers } from "../../src/guides/doc_comments.ts";

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

/** Where an interface of options stands, if not in options.ts. */
const FILES: Record<string, string> = {
  EventOptions: "event_options",
  RecordOptions: "record_options",
  PatternOptions: "pattern_options",
  PageOptions: "page_options",
};

const OF_OTHERS = { ...RECORD_PARAMETERS, ...PATTERN_PARAMETERS };

/** The options that CountOptions has from nowhere else. */
const OF_TOKENS = Object.fromEntries(
  Object.entries(COUNT_PARAMETERS).filter(([name]) => !(name in OF_OTHERS)),
);

Deno.test("comments of options say the defaults that the tables have", async () => {
  const tables = {
    CountOptions: OF_TOKENS,
    RecordOptions: RECORD_PARAMETERS,
    PatternOptions: PATTERN_PARAMETERS,
    BodyOptions: BODY_PARAMETERS,
    OutputOptions: OUTPUT_PARAMETERS,
    PageOptions: PAGE_PARAMETERS,
    EventOptions: EVENT_PARAMETERS,
  };
  for (const [name, table] of Object.entries(tables)) {
    const file = FILES[name] ?? "options";
    const members = await readInterface(`contract/${file}.ts`, name);
    assertEquals(members.map((each) => each.name), Object.keys(table));
    for (const [i, { default: value }] of Object.values(table).entries()) {
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
