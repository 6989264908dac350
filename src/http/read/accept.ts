/**
 * Weights in `Accept` and `Accept-Encoding` (RFC 9110, 12.4 and 12.5).
 *
 * No package does this: those at hand order equal weights by the client's list, where the server
 * has to decide, and take an unknown parameter for another media type.
 */

/** One member of the list. */
export interface Choice {
  /** In lower case: a coding, a media type or a range of them. */
  name: string;
  /** In lower case, without quotes. */
  parameters: ReadonlyMap<string, string>;
  /** From 0, which refuses, to 1. */
  weight: number;
}

/**
 * Texts between commas and between semicolons, outside of quotes. A backslash in quotes escapes
 * nothing: no client needs it, and so the time is linear.
 */
const MEMBERS = /(?:"[^"]*"?|[^",])+/g;
const PARTS = /(?:"[^"]*"?|[^";])+/g;
const WEIGHT = /^(?:0?\.\d+|0\.?|1(?:\.0*)?)$/;

/** Reads a list leniently: a weight that cannot be read is 1, and a name may be unknown. */
export function parseChoices(header: string): Choice[] {
  return (header.toLowerCase().match(MEMBERS) ?? []).map(parseChoice);
}

function parseChoice(member: string): Choice {
  const [name, ...rest] = (member.match(PARTS) ?? []).map((part) => part.trim());
  const parameters = new Map<string, string>();
  let weight = 1;
  for (const part of rest) {
    const [key, value] = splitParameter(part);
    if (key === "q") {
      if (WEIGHT.test(value)) weight = Number(value);
      break; // extensions once followed the weight (RFC 7231), but there are none
    }
    parameters.set(key, value);
  }
  return { name: name ?? "", parameters, weight };
}

function splitParameter(part: string): [key: string, value: string] {
  const at = part.indexOf("=");
  if (at < 0) return [part, ""];
  const value = part.slice(at + 1).trim();
  return [part.slice(0, at).trim(), /^"(.*)"$/.exec(value)?.[1] ?? value];
}

/** How much one answer is wanted; `rank` decides between equal weights. */
export interface Preference {
  weight: number;
  /** 3 for a media type that was named, 2 for a range such as `text/*`, 1 for any. */
  rank: number;
}

/**
 * How much a list wants a media type: its most specific member decides (RFC 9110, 12.5.1).
 *
 * @param media Without parameters, in lower case.
 * @param parameters The parameters of the answer. A member with another value of one of them is
 * about another answer; other parameters of a member mean nothing.
 * @returns A weight of 0 if the list refuses the type or does not name it.
 */
export function preferenceFor(
  choices: readonly Choice[],
  media: string,
  parameters: Readonly<Record<string, RegExp>>,
): Preference {
  let [weight, rank, detail] = [0, 0, 0];
  for (const choice of choices) {
    const itsRank = specificityOf(choice.name, media);
    if (itsRank === 0) continue;
    const asked = [...choice.parameters].filter(([key]) => Object.hasOwn(parameters, key));
    if (!asked.every(([key, value]) => parameters[key].test(value))) continue;
    const order = itsRank - rank || asked.length - detail || choice.weight - weight;
    if (order > 0) [weight, rank, detail] = [choice.weight, itsRank, asked.length];
  }
  return { weight, rank };
}

function specificityOf(range: string, media: string): number {
  if (range === media) return 3;
  if (range === "*/*" || range === "*") return 1;
  return range.endsWith("/*") && media.startsWith(range.slice(0, -1)) ? 2 : 0;
}
