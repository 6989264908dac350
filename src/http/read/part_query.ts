import {
  BODY_PARAMETERS,
  type BodyOptions,
  completeCountOptions,
  COUNT_PARAMETERS,
  type CountOptions,
  DEFAULT_BODY_OPTIONS,
} from "../../contract/options.ts";
import type { Parameter } from "../../contract/parameters.ts";
import { applyMediaCharset } from "../../intake/media_charset.ts";
import { parseQuery } from "./parse_query.ts";

/** What the query of a request that appends may say: how its body becomes text. */
export const PART_QUERY = {
  charset: COUNT_PARAMETERS.charset,
  ...BODY_PARAMETERS,
} as const satisfies Record<string, Parameter>;

/** How the body of an appended part becomes text. */
export interface PartQuery {
  body: BodyOptions;
  /** As the query or the content type names it. @default {the job's} */
  charset?: CountOptions["charset"];
}

/** Reads the query of a request that appends. @throws {JobError} As parseQuery, `unknown_charset`. */
export function parsePartQuery(query: string, { headers }: Request): PartQuery {
  const { charset, ...body } = parseQuery(query, PART_QUERY) as Partial<BodyOptions> & {
    charset?: CountOptions["charset"];
  };
  const said = { body: { ...DEFAULT_BODY_OPTIONS, ...body } };
  if (charset !== undefined) return { ...said, charset };
  const type = headers.get("content-type");
  const standard = completeCountOptions({});
  const named = type === null ? standard : applyMediaCharset(standard, type);
  return named === standard ? said : { ...said, charset: named.charset };
}
