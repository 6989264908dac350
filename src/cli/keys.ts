import { addApiKey, type ApiKeyTerms, listApiKeys, revokeApiKey } from "../access/api_key_file.ts";
import {
  type ApiKeyRow,
  DEFAULT_RIGHTS,
  isMaxJobs,
  isRights,
  isTenantName,
  isWeight,
  type Right,
  RIGHTS,
} from "../access/api_key_terms.ts";
import { RATE_FORM, readRate } from "../access/rate.ts";
import { type FlagValues, parseFlags, UsageError } from "../settings/flags.ts";

// `deno task keys`: makes, lists and revokes the keys that open the server.

const USAGE = `Usage: deno task keys --keys <file> add <tenant> [options]
       deno task keys --keys <file> list
       deno task keys --keys <file> revoke <id>

  --keys <file>       the file of keys, or MILLRACE_KEYS; 'add' creates it
  --name <text>       what the key is for
  --rights <list>     of ${RIGHTS.join(", ")}; ${DEFAULT_RIGHTS.join(",")} unless said
  --expires <time>    ISO 8601, or days from now such as 90d
  --weight <number>   the tenant's share of the workers, relative to 1
  --max-jobs <number> most jobs of the tenant that have not ended
  --rate <rate>       requests of the tenant, such as 100/s
  --help              prints this

A key is printed once, by 'add'; the file keeps its digest alone.`;

const DAY_MS = 864e5;

const FLAGS = {
  keys: { type: "string" },
  name: { type: "string" },
  rights: { type: "string" },
  expires: { type: "string" },
  weight: { type: "string" },
  "max-jobs": { type: "string" },
  rate: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** What follows each command. */
const SUBJECTS: Readonly<Record<string, string>> = { add: "tenant", list: "", revoke: "id" };

type Flags = FlagValues<typeof FLAGS>;

if (import.meta.main) {
  try {
    run(Deno.args);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${USAGE}`);
      Deno.exit(2);
    }
    const isMissing = error instanceof Deno.errors.NotFound;
    const advice = isMissing ? "\n'add' makes a file of keys, in a folder that is there" : "";
    console.error(`Cannot do it: ${(error as Error).message}${advice}`);
    Deno.exit(1);
  }
}

function run(args: readonly string[]): void {
  const { flags, words } = parseFlags(args, FLAGS, { takesWords: true });
  if (flags.help) return console.log(USAGE);
  const path = flags.keys ?? Deno.env.get("MILLRACE_KEYS");
  if (!path) throw misread("no file of keys is named");
  const [command, subject] = words;
  if (command === "add" && words.length === 2) return add(path, readTerms(subject, flags));
  if (command === "list" && words.length === 1) return listApiKeys(path).forEach(printRow);
  if (command === "revoke" && words.length === 2) {
    revokeApiKey(path, subject);
    return console.log(`Key ${subject} is revoked`);
  }
  throw misread(explain(words));
}

function add(path: string, terms: ApiKeyTerms): void {
  const { token, row } = addApiKey(path, terms);
  console.error(`Key ${row.id} of tenant ${row.tenant}, shown this once:`);
  console.log(token); // alone on stdout, for scripts
}

function printRow(row: ApiKeyRow): void {
  const { id, tenant, rights = DEFAULT_RIGHTS, created, expires, weight, maxJobs, rate } = row;
  const terms = Object.entries({ weight, maxJobs, rate, expires, name: row.name })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
  console.log([id, tenant, rights.join(","), created, ...terms].join("\t"));
}

/** What is wrong with the words of a command. */
function explain(words: readonly string[]): string {
  const [command] = words;
  if (command === undefined) return "there is no command";
  if (!Object.hasOwn(SUBJECTS, command)) return `'${command}' is no command`;
  const subject = SUBJECTS[command];
  return subject ? `'${command}' takes one ${subject}` : `'${command}' takes nothing`;
}

function readTerms(tenant: string, flags: Flags): ApiKeyTerms {
  check("tenant", tenant, isTenantName(tenant), "1 to 64 of A-Z a-z 0-9 . _ -");
  const { name, rate } = flags;
  const rights = flags.rights?.split(",") as Right[] | undefined;
  if (rights) check("--rights", flags.rights, isRights(rights), `of ${RIGHTS.join(",")}`);
  const weight = flags.weight === undefined ? undefined : Number(flags.weight);
  if (weight !== undefined) check("--weight", flags.weight, isWeight(weight), "from 0.01 to 1000");
  const maxJobs = flags["max-jobs"] === undefined ? undefined : Number(flags["max-jobs"]);
  if (maxJobs !== undefined) check("--max-jobs", maxJobs, isMaxJobs(maxJobs), "from 1 to 1000000");
  if (rate !== undefined) check("--rate", rate, readRate(rate) !== null, RATE_FORM);
  return { tenant, name, rights, weight, maxJobs, rate, expires: readExpiry(flags.expires) };
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

function misread(reason: string): UsageError {
  return new UsageError(`Cannot read the command line: ${reason}`);
}
