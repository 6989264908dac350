import { callJson } from "./api.js";

/** @typedef {import("../../../contract/documents.ts").AccessDocument} AccessDocument */
/** @typedef {import("../../../contract/rights.ts").Right} Right */

/** @type {AccessDocument | undefined} What the key may do, once the server has told. */
let access;

/** @param {AbortSignal} signal @returns {Promise<AccessDocument>} */
export async function readAccess(signal) {
  return access = await callJson("v1/access", signal);
}

/**
 * Why the key may not do what needs these rights.
 *
 * @param {Right[]} rights
 * @returns {string | undefined} Nothing where it may, as everybody may on servers without keys.
 */
export function whyNot(...rights) {
  const missing = rights.find((right) => access && !access.rights.includes(right));
  return missing && describeLack(missing);
}

/** @param {unknown} right One that a key has not. */
export function describeLack(right) {
  return `Your API key lacks the right “${right}”. Ask those who run the server for a key that has it.`;
}
