import { assertEquals } from "@std/assert";
import {
  type Comparison,
  type Expression,
  ExpressionError,
  OPERATORS,
  type Part,
} from "../../../src/contract/expressions/expression.ts";
import {
  parseConditions,
  parseExpression,
  parseKeys,
} from "../../../src/contract/expressions/parse_expressions.ts";
import {
  printConditions,
  printExpression,
} from "../../../src/contract/expressions/print_expressions.ts";
import { Random } from "../../support/random.ts";

const LETTERS = [..."ab1 .,-_'\"()[]\\\n\té😀\u0001and="];

function createText(random: Random, least = 0): string {
  const length = random.between(least, least + 5);
  return Array.from({ length }, () => random.pick(LETTERS)).join("");
}

/** Names of columns begin and end with no blank, unless they are in quotes: any text can be one. */
function createExpression(random: Random): Expression {
  const of = createPart(random);
  if (random.oneIn(6)) return { kind: "word", of };
  if (!random.oneIn(6)) return of;
  return { kind: "time", bucket: random.pick(["1s", "15m", "6h", "1d", "1w", "1mo", "1y"]), of };
}

function createPart(random: Random): Part {
  const number = random.between(1, 65_535);
  const step = () => random.oneIn(3) ? random.between(-100, 100) : createText(random);
  return random.pick<() => Part>([
    () => ({ kind: "part" }),
    () => ({ kind: "record" }),
    () => ({ kind: "column", column: number }),
    () => ({ kind: "column", column: createText(random, 1) }),
    () => ({ kind: "field", field: number }),
    () => ({ kind: "json", path: Array.from({ length: random.below(4) }, step) }),
    () => ({ kind: "regex", pattern: random.pick(["a(b)c", "[)(]", "\\)\\(", " , ", "é{1,2}"]) }),
  ])();
}

Deno.test("printExpression() prints what is read as the same expression", () => {
  const random = new Random(1);
  for (let round = 0; round < 3000; round++) {
    const keys = Array.from({ length: 1 + round % 3 }, () => createExpression(random));
    const text = keys.map(printExpression).join(",");
    assertEquals(parseKeys(text), keys, text);
    assertEquals(parseExpression(printExpression(keys[0])), keys[0], text);
  }
});

Deno.test("printConditions() prints what is read as the same conditions", () => {
  const random = new Random(2);
  for (let round = 0; round < 2000; round++) {
    const conditions = Array.from({ length: 1 + round % 3 }, (): Comparison => ({
      of: createExpression(random),
      operator: random.pick(OPERATORS),
      text: createText(random),
    }));
    const text = printConditions(conditions);
    assertEquals(parseConditions(text), conditions, text);
  }
});

const PIECES = [
  ..."()[]{}\"'\\.$,=~<>!^* 10a-é\ud800",
  "column(",
  "field(",
  "json($",
  "regex(",
  "record",
  "time(1h,",
  " and ",
  "\\u",
];

Deno.test("parseKeys() and parseConditions() refuse any other text in one way", () => {
  const random = new Random(3);
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: random.below(12) }, () => random.pick(PIECES))
      .join("");
    for (const parse of [parseKeys, parseConditions]) {
      try {
        parse(text);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        const { position, found } = error;
        const points = [...text];
        assertEquals(found, points[position - 1], `${text}: ${error.message}`);
      }
    }
  }
});
