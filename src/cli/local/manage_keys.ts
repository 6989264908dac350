import {
  addApiKey,
  type ApiKeyTerms,
  listApiKeys,
  revokeApiKey,
} from "../../access/api_key_file.ts";
import {
  type ApiKeyRow,
  DEFAULT_RIGHTS,
  isMaxJobs,
  isRights,
  isTenantName,
  isWeight,
} from "../../access/api_key_terms.ts";
import { RATE_FORM, readRate } from "../../access/rate.ts";
import { type Right, RIGHTS } from "../../contract/rights.ts";
import { CommandError, usageError } from "../terminal/explain.ts";
import { type Cell, formatRows, formatTsv, type RowColumn } from "../terminal/rows.ts";
import { isTerminal, print } from "../terminal/stdout.ts";
import { say } from "../terminal/say.ts";

const DAY_MS = 864e5;

const COLUMNS: readonly RowColumn[] = ["ID", "TENANT", "RIGHTS", "CREATED", "TERMS"]
  .map((head) => ({ head }));

/** What is said of a key that is made. */
export interface KeyTerms {
  name?: string;
  rights?: string;
  expires?: string;
  weight?: string;
  maxJobs?: string;
  rate?: string;
}

/** `millrace keys add`. @throws {CommandError} */
export function addKey(keys: string | undefined, tenant: string, terms: KeyTerms): void {
  work(keys, (path) => add(path, readTerms(tenant, terms)));
}

/** `millrace keys list`. @throws {CommandError} */
export function listKeys(keys: string | undefined): void {
  work(keys, (path) => {
    const rows = listApiKeys(path).map(cellsOf);
    const shown = rows.map((cells) => [...cells.slice(0, 4), cells.slice(4).join(" ")]);
    print(isTerminal() ? formatRows(COLUMNS, shown) : formatTsv(rows));
  });
}

/** `millrace keys revoke`. @throws {CommandError} */
export function revokeKey(keys: string | undefined, id: string): void {
  work(keys, (path) => {
    revokeApiKey(path, id);
    say(`Key ${id} is revoked`);
  });
}

function work(path: string | undefined, run: (path: string) => void): void {
  if (!path) throw misread("no file of keys is named", "Say --keys FILE, or MILLRACE_KEYS");
  try {
    run(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const isMissing = error instanceof Deno.errors.NotFound;
    const advice = isMissing ? "'add' makes a file of keys, in a folder that is there" : "";
    throw new CommandError(`Cannot do it: ${(error as Error).message}`, advice);
  }
}

function add(path: string, terms: ApiKeyTerms): void {
  const { token, row } = addApiKey(path, terms);
  say(`Key ${row.id} of tenant ${row.tenant}, shown this once:`);
  console.log(token); // alone on stdout, for scripts
}

function cellsOf(row: ApiKeyRow): Cell[] {
  const { id, tenant, rights = DEFAULT_RIGHTS, created, expires, weight, maxJobs, rate } = row;
  const terms = Object.entries({ weight, maxJobs, rate, expires, name: row.name })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
  return [id, tenant, rights.join(","), created, ...terms];
}

function readTerms(tenant: string, terms: KeyTerms): ApiKeyTerms {
  check("tenant", tenant, isTenantName(tenant), "1 to 64 of A-Z a-z 0-9 . _ -");
  const { name, rate } = terms;
  const rights = terms.rights?.split(",") as Right[] | undefined;
  if (rights) check("--rights", terms.rights, isRights(rights), `of ${RIGHTS.join(",")}`);
  const weight = terms.weight === undefined ? undefined : Number(terms.weight);
  if (weight !== undefined) check("--weight", terms.weight, isWeight(weight), "from 0.01 to 1000");
  const maxJobs = terms.maxJobs === undefined ? undefined : Number(terms.maxJobs);
  if (maxJobs !== undefined) check("--max-jobs", maxJobs, isMaxJobs(maxJobs), "from 1 to 1000000");
  if (rate !== undefined) check("--rate", rate, readRate(rate) !== null, RATE_FORM);
  return { tenant, name, rights, weight, maxJobs, rate, expires: readExpiry(terms.expires) };
}

function readExpiry(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const days = /^([0-9]{1,5})d$/.exec(text);
  const time = days ? Date.now() + Number(days[1]) * DAY_MS : Date.parse(text);
  check("--expires", text, !Number.isNaN(time), "a time such as 2030-01-31 or 90d");
  return new Date(time).toISOString();
}

function check(what: string, value: unknown, valid: boolean, form: string): void {
  if (!valid) throw misread(`${what}: '${value}' is not ${form}`);
}

function misread(reason: string, advice?: string): CommandError {
  return usageError(`Cannot read the command line: ${reason}`, advice);
}
