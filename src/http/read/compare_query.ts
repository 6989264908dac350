import type { Comparison } from "../../algebra/comparer.ts";
import { COMPARE_PARAMETERS } from "../../contract/compare_options.ts";
import type { Parameter } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { parseQuery } from "./parse_query.ts";
import type { ResultQuery } from "./query.ts";

/** What the query of a request that compares two results may say. */
export const COMPARE_QUERY = {
  with: {
    kind: "text",
    maxChars: 64,
    default: "",
    about: "The id of the job whose result is the other one, `b`",
  },
  ...COMPARE_PARAMETERS,
} as const satisfies Record<string, Parameter>;

/** Reads the query of a request that compares two results. @throws {JobError} As parseQuery. */
export function parseCompareQuery(
  query: string,
): { other: string; comparison: Comparison; rest: ResultQuery } {
  const { with: other, measure, in: side, ...rest } = parseQuery(query, COMPARE_QUERY);
  if (other === undefined || other === "") {
    throw new JobError("invalid_parameter", "Cannot compare: 'with' names no other job", {
      details: { parameter: "with", value: "", allowed: "the id of a job" },
    });
  }
  const comparison = {
    measure: (measure ?? COMPARE_QUERY.measure.default) as Comparison["measure"],
    side: (side ?? COMPARE_QUERY.in.default) as Comparison["side"],
  };
  return { other: other as string, comparison, rest };
}
