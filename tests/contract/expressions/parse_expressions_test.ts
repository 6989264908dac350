import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Comparison,
  type Expression,
  ExpressionError,
} from "../../../src/contract/expressions/expression.ts";
import {
  parseConditions,
  parseExpression,
  parseKeys,
} from "../../../src/contract/expressions/parse_expressions.ts";

const READ: [text: string, expected: Expression][] = [
  ["word", { kind: "word", of: { kind: "record" } }],
  ["word(record)", { kind: "word", of: { kind: "record" } }],
  ["word( column(3) )", { kind: "word", of: { kind: "column", column: 3 } }],
  ["part", { kind: "part" }],
  [" record ", { kind: "record" }],
  ["template", { kind: "template" }],
  ["column(3)", { kind: "column", column: 3 }],
  ["column( 3 )", { kind: "column", column: 3 }],
  ["column(name)", { kind: "column", column: "name" }],
  ["column( first name )", { kind: "column", column: "first name" }],
  ["column(Price (EUR))", { kind: "column", column: "Price (EUR)" }],
  ["column(2nd)", { kind: "column", column: "2nd" }],
  ['column("3")', { kind: "column", column: "3" }],
  ['column("a, b")', { kind: "column", column: "a, b" }],
  ['column("say ""x"")" )', { kind: "column", column: 'say "x")' }],
  ["field(9)", { kind: "field", field: 9 }],
  ["json($)", { kind: "json", path: [] }],
  ["json($.user.id)", { kind: "json", path: ["user", "id"] }],
  ["json( $ .a [ 'b' ] [0])", { kind: "json", path: ["a", "b", 0] }],
  ["json($['a)']['it\\'s'][\"\\u00e9\\ud83d\\ude00\\n\"])", {
    kind: "json",
    path: ["a)", "it's", "é😀\n"],
  }],
  ["json($.größe[-1])", { kind: "json", path: ["größe", -1] }],
  ["regex(a(b|c)d)", { kind: "regex", pattern: "a(b|c)d" }],
  ["regex([)(]\\))", { kind: "regex", pattern: "[)(]\\)" }],
  ["regex([\\])] x )", { kind: "regex", pattern: "[\\])] x " }],
  ["regex(a{1,2})", { kind: "regex", pattern: "a{1,2}" }],
  ["time(1m,field(4))", { kind: "time", bucket: "1m", of: { kind: "field", field: 4 } }],
  ["time( 1mo , record )", { kind: "time", bucket: "1mo", of: { kind: "record" } }],
  ["time(15m,regex([(]x))", {
    kind: "time",
    bucket: "15m",
    of: { kind: "regex", pattern: "[(]x" },
  }],
];

for (const [text, expected] of READ) {
  Deno.test(`parseExpression() reads ${text}`, () => {
    assertEquals(parseExpression(text), expected);
    assertEquals(parseKeys(`${text},${text}`), [expected, expected]);
    assertEquals(parseConditions(`${text}="x"`), [{ of: expected, operator: "=", text: "x" }]);
  });
}

const REFUSED: [text: string, position: number, found: string | undefined, allowed: string][] = [
  ["", 1, undefined, "column(…)"],
  ["colum(3)", 1, "c", "column(…)"],
  ["toString(3)", 1, "t", "column(…)"],
  ["column", 7, undefined, "'(' behind column"],
  ["column (3)", 7, " ", "'(' behind column"],
  ["column(0)", 8, "0", "a number from 1 to 65535"],
  ["column(65536)", 8, "6", "a number from 1 to 65535"],
  ["column()", 8, ")", "a number from 1 to 65535 or a name"],
  ["column(3", 9, undefined, "')'"],
  ["column(a,b)", 9, ",", "double quotes around the name"],
  ['column("")', 9, '"', "a name"],
  ['column("a)', 11, undefined, "'\"' behind the text"],
  ["field(a)", 7, "a", "a number from 1"],
  ["field(-1)", 7, "-", "a number from 1"],
  ["field(1) x", 10, "x", "the end"],
  ["json(user)", 6, "u", "'$'"],
  ["json($.*)", 8, "*", "a name"],
  ["json($..id)", 8, ".", "a name"],
  ["json($.a-b)", 9, "-", "'.name'"],
  ["json($[*])", 8, "*", "a name in quotes or an index"],
  ["json($[01])", 9, "1", "']'"],
  ["json($[1:2])", 9, ":", "']'"],
  ["json($['a','b'])", 11, ",", "']'"],
  ["json($['\\x'])", 10, "x", "one of b, f, n"],
  ["json($['\\ud800'])", 10, "u", "four digits of a character"],
  ["json($[2147483648])", 8, "2", "an index from -2147483647 to 2147483647"],
  ["regex()", 7, ")", "a pattern"],
  ["regex(a(b)", 11, undefined, "')'"],
  ["regex([)", 9, undefined, "']'"],
  ["regex(😀", 8, undefined, "')'"],
  ["parts", 1, "p", "time(…)"],
  ["time(field(4))", 6, "f", "as 15m, 1d"],
  ["time(7m,field(4))", 6, "7", "divide a day"],
  ["time(2d,field(4))", 6, "2", "divide a day"],
  ["time(5mo,field(4))", 6, "5", "or a year"],
  ["time(0s,field(4))", 6, "0", "a number"],
  ["time(1m)", 8, ")", "','"],
  ["word(word)", 6, "w", "record, template"],
  ["word()", 6, ")", "time(…)"],
  ["time(1m,word)", 9, "w", "record, template"],
  ["time(1m, time(1m,record))", 10, "t", "record, template"],
];

for (const [text, position, found, allowed] of REFUSED) {
  Deno.test(`parseExpression() says what is wrong with '${text}'`, () => {
    const error = assertThrows(() => parseExpression(text), ExpressionError);
    assertEquals([error.position, error.found], [position, found]);
    assert(error.allowed.includes(allowed), error.allowed);
    assert(error.message.includes(`character ${position}`), error.message);
  });
}

Deno.test("parseKeys() bounds how many there are", () => {
  assertEquals(parseKeys(Array(16).fill("record").join()).length, 16);
  const error = assertThrows(() => parseKeys(Array(17).fill("record").join()), ExpressionError);
  assertEquals([error.position, error.found], [113, "r"]);
  assertThrows(() => parseKeys("record,"), ExpressionError, "the text ends");
  assertThrows(() => parseKeys("record record"), ExpressionError, "',' or the end");
});

Deno.test("parseConditions() reads every operator, and 'and' in any case", () => {
  const text = 'field(1)="a" and field(1)!="" AND field(2) ^= "b" and field(3)*="c and d" and ' +
    'field(4)~"^x""y$" and field(5)<"1" and field(5)<="2" and field(5)>"3" and field(5)>="4"';
  const read = parseConditions(text).map(({ operator, text }): [Comparison["operator"], string] => [
    operator,
    text,
  ]);
  assertEquals(read, [
    ["=", "a"],
    ["!=", ""],
    ["^=", "b"],
    ["*=", "c and d"],
    ["~", '^x"y$'],
    ["<", "1"],
    ["<=", "2"],
    [">", "3"],
    [">=", "4"],
  ]);
});

Deno.test("parseConditions() says what is wrong", () => {
  const rows: [string, number, string][] = [
    ["field(1)", 9, "one of !="],
    ["field(1)=5", 10, "a text in double quotes"],
    ['field(1)="5', 12, "'\"' behind the text"],
    ['field(1)="5" or field(2)="6"', 14, "'and' or the end"],
    ['field(1)="5" android', 14, "'and' or the end"],
    ['field(1)="5" and', 17, "column(…)"],
    [Array(17).fill('record="a"').join(" and "), 240, "the end, behind 16 conditions"],
  ];
  for (const [text, position, allowed] of rows) {
    const error = assertThrows(() => parseConditions(text), ExpressionError);
    assertEquals(error.position, position, text);
    assert(error.allowed.includes(allowed), error.allowed);
  }
});
