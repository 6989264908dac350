import { JOB_STATES } from "../../contract/job_states.ts";
import type { Parameter } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import type { ListQuery } from "../../jobs/job_registry.ts";
import { parseQuery } from "./parse_query.ts";

/** What the query of a request for a list of jobs may say. */
export const LIST_QUERY = {
  state: {
    kind: "choice",
    values: JOB_STATES,
    default: "",
    about: "Only jobs in this state",
  },
  limit: { kind: "integer", least: 1, most: 1000, default: 50, about: "Most jobs to answer" },
  cursor: { kind: "text", maxChars: 64, default: "", about: "Where the last list ended" },
} as const satisfies Record<string, Parameter>;

/** Reads the query of a request for a list of jobs. @throws {JobError} likewise. */
export function parseListQuery(query: string): ListQuery {
  const { state, limit = LIST_QUERY.limit.default, cursor } = parseQuery(query, LIST_QUERY);
  return {
    state: state === LIST_QUERY.state.default ? undefined : state as ListQuery["state"],
    limit: limit as number,
    before: cursor === undefined ? undefined : parseJobCursor(cursor as string),
  };
}

/** Where a list goes on, for a client that need not know what is in it. */
export function formatJobCursor(before: string): string {
  return btoa(before);
}

function parseJobCursor(cursor: string): string {
  try {
    const before = atob(cursor);
    if (/^[0-9a-f-]{36}$/.test(before)) return before;
  } catch {
    // no base64
  }
  throw new JobError(
    "invalid_parameter",
    `Cannot read 'cursor': '${cursor}' is not one that a list of jobs gave`,
    { details: { parameter: "cursor", value: cursor, allowed: "the cursor of links.next" } },
  );
}
