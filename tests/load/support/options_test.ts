import { assertEquals, assertThrows } from "@std/assert";
import {
  amount,
  choice,
  choices,
  describeOptions,
  folder,
  MisreadOption,
  readOptions,
  splitArguments,
  text,
  whole,
} from "../../../load/support/options.ts";

const TABLE = {
  mb: amount(245, "MB of text"),
  rounds: whole(5, "rounds"),
  way: choice(["fair", "fifo"], "fair", "way"),
  texts: choices(["english", "russian"], "texts"),
  path: text("/v1/count", "path"),
  dir: folder("where jobs spill"),
};

Deno.test("readOptions() gives the defaults of absent options", () => {
  assertEquals(readOptions(TABLE, {}), {
    mb: 245,
    rounds: 5,
    way: "fair",
    texts: ["english", "russian"],
    path: "/v1/count",
    dir: undefined,
  });
});

Deno.test("readOptions() reads values by their form", () => {
  const given = { mb: "0.5", rounds: "1", way: "fifo", texts: "russian", path: "/", dir: "/tmp" };
  assertEquals(readOptions(TABLE, given), {
    mb: 0.5,
    rounds: 1,
    way: "fifo",
    texts: ["russian"],
    path: "/",
    dir: "/tmp",
  });
});

const MALFORMED: { given: Record<string, string>; message: string }[] = [
  { given: { mb: "many" }, message: 'Cannot read --mb "many": it takes a number' },
  { given: { mb: "-1" }, message: 'Cannot read --mb "-1"' },
  { given: { rounds: "0" }, message: "it takes an integer of at least 1" },
  { given: { rounds: "1.5" }, message: "it takes an integer of at least 1" },
  { given: { way: "other" }, message: "it takes one of fair, fifo" },
  { given: { texts: "english,klingon" }, message: "it takes some of english, russian" },
  { given: { dir: "" }, message: "it takes a folder" },
];
for (const { given, message } of MALFORMED) {
  Deno.test(`readOptions() refuses ${JSON.stringify(given)}`, () => {
    assertThrows(() => readOptions(TABLE, given), MisreadOption, message);
  });
}

Deno.test("splitArguments() tells words, options and switches apart", () => {
  const split = splitArguments(["hop", "--mb", "3", "--json", "--rounds=2"], ["mb", "rounds"], [
    "json",
  ]);
  assertEquals(split.words, ["hop"]);
  assertEquals(split.given, { mb: "3", rounds: "2" });
  assertEquals([...split.switches], ["json"]);
});

const UNREADABLE = [
  { args: ["--round", "2"], message: "Unknown option --round. Did you mean --rounds?" },
  { args: ["--rounds"], message: "Cannot read --rounds: it takes a value" },
  { args: ["--rounds", "--json"], message: "Cannot read --rounds: it takes a value" },
  { args: ["--rounds", "1", "--rounds", "2"], message: "Cannot read --rounds: it stands twice" },
  { args: ["--json=yes"], message: "Cannot read --json: it takes no value" },
];
for (const { args, message } of UNREADABLE) {
  Deno.test(`splitArguments() refuses ${args.join(" ")}`, () => {
    assertThrows(() => splitArguments(args, ["rounds"], ["json"]), MisreadOption, message);
  });
}

Deno.test("describeOptions() says each default", () => {
  assertEquals(describeOptions({ mb: TABLE.mb, dir: TABLE.dir }), [
    "  --mb   MB of text (245)",
    "  --dir  where jobs spill",
  ]);
});
