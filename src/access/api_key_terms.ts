import { Buffer } from "node:buffer";
import { type Right, RIGHTS } from "../contract/rights.ts";
import { type Rate, RATE_FORM, readRate } from "./rate.ts";

/** The rights of a key whose row names none. */
export const DEFAULT_RIGHTS: readonly Right[] = ["read", "write"];

/** One key as it stands in the file of keys. */
export interface ApiKeyRow {
  id: string;
  /** The tenant that the key belongs to. */
  tenant: string;
  /** `sha256:` and the digest of the token in hexadecimal digits. */
  hash: string;
  /** The purpose of the key, in the owner's words. */
  name?: string;
  rights?: Right[];
  /** Share of the workers, relative to a tenant of weight 1. */
  weight?: number;
  /** Most jobs of the tenant that have not ended. */
  maxJobs?: number;
  /** Requests of the tenant in a time, such as `100/s`. */
  rate?: string;
  /** ISO 8601. */
  created: string;
  /** ISO 8601; from then on the key is refused. */
  expires?: string;
}

/** One key, read. */
export interface ApiKeyRecord {
  id: string;
  name?: string;
  tenant: string;
  digest: Buffer;
  rights: readonly Right[];
  weight?: number;
  maxJobs?: number;
  rate?: Rate;
  /** Milliseconds since 1970; Infinity for never. */
  expiresAt: number;
}

type Check = [form: string, valid: (value: unknown) => boolean];

const isTime = (value: unknown) => typeof value === "string" && !Number.isNaN(Date.parse(value));

const REQUIRED: Record<string, Check> = {
  id: ["12 hexadecimal digits", (value) => matches(value, /^[0-9a-f]{12}$/)],
  tenant: ["1 to 64 of A-Z a-z 0-9 . _ -", isTenantName],
  hash: ["sha256: and 64 hexadecimal digits", (value) => matches(value, /^sha256:[0-9a-f]{64}$/)],
  created: ["a time in ISO 8601", isTime],
};

const OPTIONAL: Record<string, Check> = {
  name: ["up to 200 characters", (value) => typeof value === "string" && value.length <= 200],
  rights: [`a list of ${RIGHTS.join(", ")}`, isRights],
  weight: ["a number from 0.01 to 1000", isWeight],
  maxJobs: ["an integer from 1 to 1000000", isMaxJobs],
  rate: [RATE_FORM, (value) => typeof value === "string" && readRate(value) !== null],
  expires: ["a time in ISO 8601", isTime],
};

/** Whether a value can name a tenant. */
export function isTenantName(value: unknown): boolean {
  return matches(value, /^[A-Za-z0-9._-]{1,64}$/);
}

/** Whether a value is a list of rights that is not empty. */
export function isRights(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 &&
    value.every((each) => RIGHTS.includes(each as Right));
}

/** Whether a value can be the weight of a tenant, 0.01 to 1000. */
export function isWeight(value: unknown): boolean {
  return typeof value === "number" && value >= 0.01 && value <= 1000;
}

/** Whether a value can bound the jobs of a tenant, 1 to 1,000,000. */
export function isMaxJobs(value: unknown): boolean {
  return Number.isInteger(value) && value as number >= 1 && value as number <= 1_000_000;
}

/**
 * Reads the text of a file of keys.
 *
 * @throws {Error} If the text is not a JSON array of rows; the message names row, member and value.
 */
export function parseApiKeyRows(text: string): ApiKeyRow[] {
  const rows = JSON.parse(text);
  if (!Array.isArray(rows)) throw new Error("the document is no array");
  rows.forEach(checkRow);
  const ids = new Set<string>();
  for (const { id } of rows) {
    if (ids.has(id)) throw new Error(`the id '${id}' is there twice`);
    ids.add(id);
  }
  return rows;
}

/** A checked row as the server uses it. */
export function readApiKeyRow(row: ApiKeyRow): ApiKeyRecord {
  const { id, name, tenant, weight, maxJobs } = row;
  return {
    id,
    name,
    tenant,
    digest: Buffer.from(row.hash.slice("sha256:".length), "hex"),
    rights: row.rights ?? DEFAULT_RIGHTS,
    weight,
    maxJobs,
    rate: row.rate === undefined ? undefined : readRate(row.rate)!,
    expiresAt: row.expires === undefined ? Infinity : Date.parse(row.expires),
  };
}

function checkRow(row: unknown, index: number): void {
  if (typeof row !== "object" || row === null) throw new Error(`row ${index} is no object`);
  const given = row as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(REQUIRED, name) || Object.hasOwn(OPTIONAL, name)) continue;
    throw new Error(`row ${index} has a member '${name}', which does not exist`);
  }
  for (const [name, check] of Object.entries(REQUIRED)) checkMember(given, index, name, check);
  for (const [name, check] of Object.entries(OPTIONAL)) {
    if (given[name] !== undefined) checkMember(given, index, name, check);
  }
}

function checkMember(
  row: Record<string, unknown>,
  index: number,
  name: string,
  [form, valid]: Check,
): void {
  if (valid(row[name])) return;
  throw new Error(`'${name}' of row ${index} is ${JSON.stringify(row[name])}, not ${form}`);
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}
