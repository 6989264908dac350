import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import {
  parseCountQuery,
  parseEventsQuery,
  parseListOfCountsQuery,
  parseTryQuery,
  parseWaitQuery,
  refuseQuery,
} from "../../../src/http/read/query.ts";
import { parseListQuery } from "../../../src/http/read/list_query.ts";

Deno.test("parseCountQuery() and its like refuse an unknown parameter with the nearest name", () => {
  const rows: [(query: string) => unknown, query: string, nearest: string][] = [
    [parseCountQuery, "Top=3", "top"],
    [parseCountQuery, "TOP=3", "top"],
    [parseCountQuery, "stop[]=en", "stop"],
    [parseCountQuery, "stop%5B0%5D=en", "stop"],
    [parseCountQuery, "tokeniser=unicode", "tokenizer"],
    [parseCountQuery, "linebound=true", "lineBound"],
    [parseCountQuery, "line_bound=true", "lineBound"],
    [parseCountQuery, "fromat=tsv", "format"],
    [parseEventsQuery, "tops=1", "top"],
    [parseListQuery, "States=done", "state"],
    [parseListQuery, "limits=2", "limit"],
    [parseWaitQuery, "waits=1", "wait"],
  ];
  for (const [parse, query, nearest] of rows) {
    const { code, message, details } = assertThrows(() => parse(query), JobError, undefined, query);
    assertEquals([code, details.nearest], ["unknown_parameter", nearest], query);
    assertStringIncludes(message, `there is no such parameter here; the nearest is '${nearest}'`);
  }
});

Deno.test("parseCountQuery() reads a kernel and its options by their names, which may be any", () => {
  const rows: [query: string, kernel: unknown][] = [
    ["", undefined],
    ["kernel=words", undefined],
    ["kernel=+Words", undefined],
    ["kernel=Log-Status", { name: "log-status", options: {} }],
    [
      "option.by=1&kernel=csv&option.NAME=2&option.a%20b=&option.kernel=x",
      { name: "csv", options: { by: "1", NAME: "2", "a b": "", kernel: "x" } },
    ],
  ];
  for (const [query, kernel] of rows) {
    const parsed = parseCountQuery(query);
    assertEquals(parsed.kernel, kernel, query);
    assertEquals(parsed.count.case, kernel === undefined ? "auto" : "preserve");
  }
  const proto = parseCountQuery("kernel=csv&option.__proto__=1").kernel!.options;
  assertEquals(Object.entries(proto), [["__proto__", "1"]]);
  for (const query of ["option.by=1", "option.=1", "options.by=1", "kernel=csv&option.=1"]) {
    const { code } = assertThrows(() => parseCountQuery(query), JobError, undefined, query);
    assertEquals(code, "unknown_parameter", query);
  }
});

Deno.test("a query that names a kernel is told where its options belong", () => {
  const rows: [(query: string) => unknown, query: string, nearest: string, advice: string][] = [
    [parseCountQuery, "kernel=csv-group&field=2", "option.field", "an option of the kernel is"],
    [parseCountQuery, "field=2&kernel=csv-group", "option.field", "an option of the kernel is"],
    [parseCountQuery, "kernel=csv-group&fromat=tsv", "format", "the nearest is"],
    [parseTryQuery, "field=2", "option.field", "an option of the kernel is"],
    [parseTryQuery, "options.name=2", "option.name", "an option of the kernel is"],
    [parseCountQuery, "kernel=csv-group&options.by=2", "option.by", "an option of the kernel is"],
    [parseCountQuery, "kernel=csv-group&option[by]=2", "option.by", "an option of the kernel is"],
    [parseCountQuery, "kernel=csv-group&option.=2", "option.NAME", "an option of the kernel is"],
    [parseCountQuery, "kernel=csv-group&option=2", "option.NAME", "an option of the kernel is"],
    [parseCountQuery, "by=2&kernel=csv-group", "option.by", "an option of the kernel is"],
    [parseCountQuery, "kernel=csv-group&value=2", "option.value", "an option of the kernel is"],
    [parseCountQuery, "kernel=csv-group&match=2", "option.match", "an option of the kernel is"],
    [
      parseCountQuery,
      "patterns=2&kernel=csv-group",
      "option.patterns",
      "an option of the kernel is",
    ],
    [parseCountQuery, "kernel=csv-group&n=many", "option.n", "an option of the kernel is"],
    [parseCountQuery, "kernel=csv-group&locale=de", "option.locale", "an option of the kernel is"],
  ];
  for (const [parse, query, nearest, advice] of rows) {
    const { message, details } = assertThrows(() => parse(query), JobError, undefined, query);
    assertEquals(details.nearest, nearest, query);
    assertStringIncludes(message, `${advice} '${nearest}'`);
  }
});

Deno.test("a query is told what of a parameter cannot be read, where no kernel has options", () => {
  for (const query of ["by=2", "by=2&kernel=", "by=2&kernel=Words", "kernel=csv-group&top=many"]) {
    const { code, message, details } = assertThrows(() => parseCountQuery(query), JobError);
    assertEquals([code, details.nearest, details.other], [
      "invalid_parameter",
      undefined,
      undefined,
    ]);
    assertStringIncludes(message, "Cannot read '", query);
  }
  assertThrows(() => parseListOfCountsQuery("n=many&kernel=x"), JobError, "Cannot read 'n'");
  const defaults = "kernel=csv-group&by=&value=&tz=UTC&n=1&patterns=&tokenizer=unicode";
  assertEquals(parseCountQuery(defaults).kernel?.name, "csv-group");
});

Deno.test("parseCountQuery() and its like name no parameter that is far off, but all there are", () => {
  for (const query of ["=3", "n\u0301\ud83d%F0%9F", "language=en"]) {
    const { message, details } = assertThrows(() => parseCountQuery(query), JobError);
    assertEquals(details.nearest, undefined, query);
    assertStringIncludes(message, `; there are ${(details.allowed as string[]).join(", ")}`);
  }
});

Deno.test("refuseQuery() names no nearest parameter where there is none", () => {
  const { message, details } = assertThrows(() => refuseQuery("top=3"), JobError);
  assertEquals(message, "Cannot use query parameter 'top': there is no such parameter here");
  assertEquals([details.nearest, details.allowed], [undefined, []]);
});
