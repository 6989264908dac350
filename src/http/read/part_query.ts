import {
  BODY_PARAMETERS,
  type BodyOptions,
  COUNT_PARAMETERS,
  type CountOptions,
  DEFAULT_BODY_OPTIONS,
} from "../../contract/options.ts";
import type { Parameter } from "../../contract/parameters.ts";
import { parseQuery } from "./parse_query.ts";

/** What the query of a request that appends may say: how its body becomes text. */
export const PART_QUERY = {
  charset: COUNT_PARAMETERS.charset,
  ...BODY_PARAMETERS,
} as const satisfies Record<string, Parameter>;

/** How the body of an appended part becomes text. */
export interface PartQuery {
  body: BodyOptions;
  /** @default {what the content type says, or else the job's} */
  charset?: CountOptions["charset"];
}

/** Reads the query of a request that appends. @throws {JobError} As parseQuery. */
export function parsePartQuery(query: string): PartQuery {
  const { charset, ...body } = parseQuery(query, PART_QUERY) as Partial<BodyOptions> & {
    charset?: CountOptions["charset"];
  };
  return { body: { ...DEFAULT_BODY_OPTIONS, ...body }, charset };
}
