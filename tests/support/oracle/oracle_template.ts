// Templates of lines by regular expressions, which are tried at each character.

const HEX = "[0-9A-Fa-f]";
const WORD = "[0-9A-Za-z\\u0080-\\u{10ffff}]";
const FREE = `(?!${WORD}|\\.\\d)`;
const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const TWO = "\\d{2}(?!\\d)";
const ZONE = `(?:Z| ?[+-](?:\\d{4}(?!\\d)|${TWO}:${TWO}))`;
const TIME = `${TWO}:${TWO}:${TWO}(?:[.,]\\d+)?${ZONE}?`;
const GROUPS = `${HEX}{1,4}(?::${HEX}{1,4})`;
const IPV6 = [
  `${GROUPS}{7}`,
  ...Array.from({ length: 8 }, (_, before) =>
    Array.from({ length: 8 - before }, (_, behind) => {
      const groups = (count: number) => count === 0 ? "" : `${GROUPS}{${count - 1}}`;
      return `${groups(before)}::${groups(behind)}`;
    })).flat(),
].join("|");

/** Whose first match at a character counts. */
const RULES: readonly [mask: string, rule: RegExp][] = ([
  ["<str>", '(?<!\\\\)"[^]*?(?<!\\\\)"'],
  ["<uuid>", `(?<!${WORD})${HEX}{8}(?:-${HEX}{4}){3}-${HEX}{12}(?!${WORD})`],
  ["<hex>", `(?<!${WORD}|:)${HEX}{2}(?::${HEX}{2}){5}(?!:)${FREE}`],
  ["<ip>", `(?<!${WORD}|:)(?=[A-Fa-f:]*\\d)(?:${IPV6})(?!:)${FREE}`],
  ["<date>", `(?<!${WORD})${MONTH} (?: \\d(?!\\d)|${TWO}) ${TIME}`],
  ["<date>", `(?<!${WORD})\\d{4}(?:-${TWO}-|/${TWO}/)${TWO}(?:[T ]${TIME})?`],
  ["<date>", `(?<!${WORD})${TWO}/${MONTH}/\\d{4}(?!\\d)(?::${TIME})?`],
  ["<date>", `(?<!${WORD})${TIME}`],
  ["<ip>", `(?<!${WORD})\\d{1,3}(?:\\.\\d{1,3}){3}${FREE}`],
  ["<hex>", `(?<!${WORD})0[xX]${HEX}+`],
  ["<hex>", `(?<!${WORD})(?=\\d*[A-Fa-f])(?=[A-Fa-f]*\\d)${HEX}{8,}(?!${WORD})`],
  ["<num>", `(?<!${WORD})\\d+(?:\\.\\d+)*(?:[eE][+-]?\\d+)?`],
] as const).map(([mask, rule]) => [mask, new RegExp(rule, "uy")]);

/** What `template` makes of a line. */
export function oracleTemplate(line: string): string {
  let template = "";
  for (let at = 0; at < line.length;) {
    const found = RULES.find(([, rule]) => {
      rule.lastIndex = at;
      return rule.test(line);
    });
    const character = String.fromCodePoint(line.codePointAt(at)!);
    template += found ? found[0] : character;
    at = found ? found[1].lastIndex : at + character.length;
  }
  return template;
}
