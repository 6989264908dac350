import { keepDigits } from "./digits.js";

/** @typedef {import("../../../contract/documents.ts").ProblemDocument} ProblemDocument */

/** The server's address, with whatever prefix a proxy gives it: scripts are below `page/VERSION/`. */
const BASE = new URL("../../", import.meta.url);

/** The key's name in the storage of this tab, which ends with it. A URL never holds the key. */
const KEY_NAME = "millrace-key";

/** What of an answer's statuses may pass by itself. */
const PASSING = [429, 502, 503, 504];

/** Likewise of its problems: no answer, or a lost upload that the server has not given up yet. */
const PASSING_CODES = ["connection-lost", "id-in-use"];

/** What a server says of a request that it did not fulfil; or that there was no answer. */
export class Problem extends Error {
  /**
   * @param {ProblemDocument} document
   * @param {number} [retryAfterS] Seconds after which to ask again.
   */
  constructor(document, retryAfterS) {
    super(document.detail ?? document.title);
    this.document = document;
    this.retryAfterS = retryAfterS;
  }

  /** The last part of `type`, such as `body-too-large`. */
  get code() {
    return this.document.type.slice(this.document.type.lastIndexOf(":") + 1);
  }

  /** Whether the same request may be answered soon. */
  get isPassing() {
    return PASSING_CODES.includes(this.code) || PASSING.includes(this.document.status);
  }
}

/** Makes a problem of anything that was thrown. @param {unknown} error */
export function toProblem(error) {
  if (error instanceof Problem) return error;
  const type = "urn:millrace:problem:connection-lost";
  return new Problem({ type, title: "Connection lost", status: 0, detail: String(error) });
}

/** @param {string} path Below the server's address, or from its root as the server's links are. */
export function addressOf(path) {
  return new URL(path, BASE).href;
}

/** @type {(problem: Problem) => void} */
let tellRefusal = () => {};

/** @param {(problem: Problem) => void} tell Is told when the server takes the key no longer. */
export function onRefusal(tell) {
  tellRefusal = tell;
}

export function hasKey() {
  return sessionStorage.getItem(KEY_NAME) !== null;
}

/** @param {string | undefined} key None to forget it. */
export function keepKey(key) {
  if (key === undefined) sessionStorage.removeItem(KEY_NAME);
  else sessionStorage.setItem(KEY_NAME, key);
}

/**
 * Asks the server.
 *
 * @param {string} path
 * @param {RequestInit & { headers?: Record<string, string> }} [init]
 * @throws {Problem} Unless the answer is good; and the signal's reason when it is aborted.
 */
export async function call(path, { headers = {}, ...init } = {}) {
  const key = sessionStorage.getItem(KEY_NAME);
  const sent = key === null ? headers : { ...headers, authorization: `Bearer ${key}` };
  let response;
  try {
    response = await fetch(addressOf(path), { ...init, headers: sent });
  } catch (error) {
    init.signal?.throwIfAborted();
    throw toProblem(error);
  }
  if (response.ok) return response;
  const retryAfter = response.headers.get("retry-after");
  const document = await readProblem(response);
  const problem = new Problem(document, retryAfter ? Number(retryAfter) : undefined);
  if (response.status === 401 && key !== null && key === sessionStorage.getItem(KEY_NAME)) {
    keepKey(undefined);
    tellRefusal(problem);
  }
  throw problem;
}

/**
 * Asks for a document, whose numbers have all of their digits.
 *
 * @param {string} path
 * @param {AbortSignal} [signal]
 */
export async function callJson(path, signal) {
  const headers = { accept: "application/json" };
  return JSON.parse(await (await call(path, { headers, signal })).text(), keepDigits);
}

/**
 * A proxy on the way may answer without a document.
 *
 * @param {Response} response
 * @returns {Promise<ProblemDocument>}
 */
async function readProblem(response) {
  try {
    const document = await response.json();
    if (typeof document.type === "string") return document;
  } catch {
    // it is no document
  }
  const { status, statusText } = response;
  return { type: "about:blank", title: statusText || `Status ${status}`, status, detail: "" };
}
