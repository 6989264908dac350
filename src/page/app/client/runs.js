import { call, Problem, toProblem } from "./api.js";
import { bodyOf, bytesOf, mayBeCompressed, queryOf, titleOf } from "./options.js";
import { pauseBefore } from "./pause.js";

/** How often a text is sent again whose upload has failed for a reason that may pass. */
const RESENDS = 5;

/**
 * A count that this page has begun.
 *
 * @typedef {object} Run
 * @property {string} id
 * @property {string} title
 * @property {number} [totalBytes] Of the text; undefined where only the server will know.
 * @property {Promise<void>} sent Settles with the upload; rejects with its problem.
 * @property {boolean} isSending
 * @property {AbortController} stop
 */

/** @type {Map<string, Run>} Until the page is left; the server has the others. */
export const runs = new Map();

/**
 * Begins to count, under an id of this page's own: so the count can be watched while it is sent.
 *
 * @param {import("./options.js").Source} source
 * @param {import("./options.js").Options} options
 */
export function startRun(source, options) {
  const id = createId();
  const stop = new AbortController();
  const path = `v1/jobs/${id}?${queryOf(options, source)}`;
  const sent = send(path, { method: "PUT", ...bodyOf(source), signal: stop.signal });
  /** @type {Run} */
  const run = {
    id,
    title: titleOf(source),
    totalBytes: mayBeCompressed(source) ? undefined : bytesOf(source),
    sent: sent.then(() => {}).finally(() => run.isSending = false),
    isSending: true,
    stop,
  };
  run.sent.catch(() => {}); // whoever watches the run is told
  runs.set(id, run);
  return run;
}

/**
 * Sends a text, again where the connection is lost or the server restarts: under its own id it is
 * the same job, and never counted twice.
 *
 * @param {string} path
 * @param {NonNullable<Parameters<typeof call>[1]> & { signal: AbortSignal }} request
 */
async function send(path, request) {
  for (let tries = 0;; tries++) {
    try {
      return await call(path, request);
    } catch (error) {
      request.signal.throwIfAborted();
      if (tries === RESENDS || !toProblem(error).isPassing) throw error;
    }
    await pauseBefore(tries, request.signal);
  }
}

/**
 * Ends a job, if it goes on, and makes the server forget it.
 *
 * @param {string} id
 * @throws {Problem}
 */
export async function removeJob(id) {
  runs.get(id)?.stop.abort();
  try {
    await call(`v1/jobs/${id}`, { method: "DELETE" });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "unknown-job") throw error;
  }
  runs.delete(id);
}

/** A UUID. Only pages of safe origins, and of this machine, have `randomUUID`. */
function createId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 0x0f | 0x40;
  bytes[8] = bytes[8] & 0x3f | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
