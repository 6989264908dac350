import { assertEquals, assertStringIncludes } from "@std/assert";
import { API_PARAMETERS, apiRows, attributeOf, flagOf } from "../../../src/cli/count/flags.ts";
import { countCommand } from "../../../src/cli/count.ts";
import { readSettings } from "../../../src/cli/count/settings.ts";
import {
  BODY_PARAMETERS,
  COUNT_PARAMETERS,
  DEFAULT_COUNT_OPTIONS,
  OUTPUT_PARAMETERS,
} from "../../../src/contract/options.ts";
import { formatSize } from "../../../src/contract/sizes.ts";
import { COUNT_QUERY } from "../../../src/http/read/query.ts";

/** Parameters that the command line has in its own way, and why. */
const OWN: Readonly<Record<string, string>> = {
  format: "there are more forms",
  decompress: "files are decompressed unless said",
  "option.NAME": "it is --option NAME=VALUE",
  form: "a file is no form",
  download: "it is -o",
  only: "it has no form of totals alone",
  memory: "it is the engine's, unless --mode says approx",
};

const GIVEN = { decompress: "auto", progress: "auto", color: "auto" };

Deno.test("millrace count has every option of the API, under the same name", () => {
  const missing = Object.keys(COUNT_QUERY).filter((name) =>
    !Object.hasOwn(API_PARAMETERS, name) && !Object.hasOwn(OWN, name)
  );
  assertEquals(missing, []);
  const command = countCommand();
  const flags = command.options.map(({ long }) => long);
  assertEquals(Object.keys(API_PARAMETERS).filter((name) => !flags.includes(flagOf(name))), []);
  for (const name of ["format", "decompress"]) assertEquals(flags.includes(flagOf(name)), true);
});

Deno.test("no two options of millrace count have one letter or name", () => {
  const { options } = countCommand();
  for (const names of [options.map(({ short }) => short), options.map(({ long }) => long)]) {
    const given = names.filter((name) => name !== undefined);
    assertEquals(given.length, new Set(given).size);
  }
});

Deno.test("help says of options what the API says of them, and their defaults", () => {
  const help = countCommand().helpInformation().replace(/\s+/g, " ");
  assertStringIncludes(help, `default: ${formatSize(COUNT_PARAMETERS.memory.default)}`);
  for (const [name, { about, ...parameter }] of Object.entries(COUNT_PARAMETERS)) {
    if (Object.hasOwn(OWN, name)) continue;
    const [beginning] = about.replaceAll("`", "").split("; 0 for all");
    assertStringIncludes(help, beginning.replace(/\s+/g, " "));
    const standard = String(parameter.default);
    if (standard !== "" && standard !== "false") assertStringIncludes(help, `default: ${standard}`);
  }
  const forms = countCommand().options.find(({ long }) => long === "--format")!.argChoices;
  assertEquals(forms, [...OUTPUT_PARAMETERS.format.values, "table", "uniq"]);
  const modes = countCommand().options.find(({ long }) => long === "--decompress")!.argChoices;
  assertEquals(modes?.toSorted(), BODY_PARAMETERS.decompress.values.toSorted());
});

Deno.test("the command line reads values as the API reads them", () => {
  assertEquals(readSettings(["x"], GIVEN).count, DEFAULT_COUNT_OPTIONS);
  const { count, rows } = readSettings(["x"], {
    ...GIVEN,
    [attributeOf("top")]: "all",
    [attributeOf("keepCR")]: true,
    [attributeOf("tokenizer")]: "Lines",
    [attributeOf("stop")]: ["en,de", "fr"],
    [attributeOf("columns")]: ["share"],
    format: "tsv",
  });
  assertEquals(count, {
    ...DEFAULT_COUNT_OPTIONS,
    top: 0,
    keepCR: true,
    tokenizer: "lines",
    stop: ["en", "de", "fr"],
  });
  assertEquals(rows.columns, ["share"]);
  assertEquals(apiRows().length, Object.keys(API_PARAMETERS).length);
});
