import { addressOf, hasKey } from "./api.js";
import { changesOf, isForm, queryOf } from "./options.js";

/** @typedef {import("./options.js").Options} Options */
/** @typedef {import("./options.js").Source} Source */

/** What curl says of a key, which a shell's variable holds. */
const KEY_HEADER = ' -H "Authorization: Bearer $KEY"';

/** A pasted text, in a shell. */
const TEXT_FILE = "text.txt";

/**
 * The line for a shell that counts the same.
 *
 * @param {string} address Of the server's `v1/count`.
 * @param {Options} options
 * @param {Source} source
 * @param {boolean} hasKey
 */
export function curlOf(address, options, source, hasKey) {
  const query = queryOf(options, source);
  const target = quote(query === "" ? address : `${address}?${query}`);
  const key = hasKey ? KEY_HEADER : "";
  if (source.kind === "url") {
    return `curl -s${key} --json ${quote(JSON.stringify({ url: source.url }))} ${target}`;
  }
  const files = source.kind === "files" ? source.files : [new File([], TEXT_FILE)];
  if (!isForm(files)) return `curl -sT ${quote(files[0].name)}${key} ${target}`;
  const parts = files.map(({ name }) => ` -F ${quote(`file=@"${escape(name)}";type=text/plain`)}`);
  return `curl -s${parts.join("")}${key} ${target}`;
}

/**
 * The command that counts the same without a server.
 *
 * @param {Options} options
 * @param {Source} source
 */
export function millraceOf(options, source) {
  const flags = changesOf(options).map(([name, value]) => ` --${name} ${quote(value)}`).join("");
  return `millrace count${flags} ${inputsOf(source).map(quoteInput).join(" ")}`;
}

/**
 * The line for curl that saves rows of a path of this server as CSV.
 *
 * @param {string} path With a query.
 * @param {string} file
 */
export function curlOfRows(path, file) {
  const key = hasKey() ? KEY_HEADER : "";
  return `curl -s${key} ${quote(addressOf(`${path}&format=csv`))} -o ${file}`;
}

/**
 * The command that asks this server, and saves all rows that it says.
 *
 * @param {string} command
 * @param {string} file
 */
export function millraceOfRows(command, file) {
  return `millrace ${command} --top all --server ${quote(addressOf(""))} -o ${file}`;
}

/** @param {Source} source */
function inputsOf(source) {
  if (source.kind === "files") return source.files.map(({ name }) => name);
  return [source.kind === "url" ? source.url : TEXT_FILE];
}

/** @param {string} name A file's, which is no option whatever it begins with. */
function quoteInput(name) {
  return quote(name.startsWith("-") ? `./${name}` : name);
}

/** @param {string} text As one word of a shell. */
export function quote(text) {
  return /^[\w./:-]+$/.test(text) && !text.startsWith("-")
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** @param {string} name Within curl's own double quotes. */
function escape(name) {
  return name.replace(/["\\]/g, "\\$&");
}
